/**
 * What MPI keeps for a rank, as bytes: handles and what they stand for, queues, requests, and the call that it waits in. Made in the
 * process that a rank leaves, read in the one where it goes on. The other half of a rank, its memory, is {@code flotilla.migrate}'s.
 */
package flotilla.mpi.state;
