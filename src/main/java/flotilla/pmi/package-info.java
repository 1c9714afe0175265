/**
 * How a node of a job meets the others before it has a way of its own to them: through the process manager that started it.
 * Process managers (MPICH's Hydra, Slurm, our own launcher) offer the PMI: a number for each process, a store of keys and
 * values that all of them see after a barrier, and an end of the job for all at once. PMI-1 (Balaji and others, "PMI: A Scalable
 * Parallel Process-Management Interface for Extreme-Scale Systems", EuroMPI 2010) is lines of {@code key=value} on a socket:
 *
 * <pre>
 * cmd=put kvsname=kvs_0 key=card-1 value=tcp:127.0.0.1:4711
 * cmd=put_result rc=0 msg=success
 * </pre>
 *
 * PMI-2 (MPICH's {@code pmi2.h}) is the same idea in other words: messages with their length, and a fence instead of a barrier,
 * behind which all see what all have stored. The socket is there already, as descriptor PMI_FD, or is made to PMI_PORT. PMIx
 * (pmix.org) has no protocol that others may speak, but a library. Knows nothing of what nodes have to say to each other.
 */
package flotilla.pmi;
