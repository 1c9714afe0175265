/**
 * What a person may watch of a running job. {@link flotilla.observe.CallTrace} prints the MPI calls of ranks, as strace(1)
 * prints a process's system calls; {@link flotilla.observe.TracedTraps} stands in for the border's own class while a job
 * is traced, so that one that is not has nothing to ask.
 */
package flotilla.observe;
