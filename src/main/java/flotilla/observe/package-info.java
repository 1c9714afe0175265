/**
 * What a person may watch of a running job. {@link flotilla.observe.CallTrace} prints the MPI calls of ranks, as strace(1)
 * prints a process's system calls; {@link flotilla.observe.TracedTraps} stands in for the border's own class while a job
 * is traced, so that one that is not has nothing to ask.
 *
 * <p>{@link flotilla.observe.JobWatch} answers, in the job, what {@link flotilla.observe.RunningJobs} asks from outside:
 * `flotilla ps` and `flotilla top`. Ranks and PEs count anyhow what they do; the time it takes them is taken while somebody
 * looks. {@link flotilla.observe.TopView} turns two samples into text.
 */
package flotilla.observe;
