/**
 * A rank leaves one process and arrives in another: the half of it that is memory.
 *
 * <p>A rank has the same addresses in every process of a job, and of the host's addresses it knows only those behind its gates.
 * To move it is therefore to send the pages that it has written to; text, and data that is as it is in the files, is mapped there
 * as for a new rank. {@link flotilla.migrate.Departure} finds out what is to go, or why it can't; {@link
 * flotilla.migrate.Arrival} makes a slot ready for it elsewhere and, when the pages have come, gives the rank what the kernel and
 * libc keep for it: protections, files, locales, the addresses behind gates. How pages travel is others' business: both know them
 * as a list of runs at equal addresses ({@link flotilla.memory.PageRuns}), which can be sent from where they are, or read by the
 * receiver.
 *
 * <p>What MPI keeps for a rank (requests, queues, communicators) is not dealt with here. All is done while the rank waits in a
 * trap, and nobody else touches its memory.
 */
package flotilla.migrate;
