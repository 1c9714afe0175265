/**
 * Load balancing of a running job of several nodes. Each node has a thread that measures what its ranks have cost, when node 0 asks
 * for it; node 0 makes a {@link flotilla.balance.Load} of all answers, asks a {@link flotilla.balance.Strategy}, and tells the nodes
 * which of their ranks shall go where ({@link flotilla.node.balance.Moves}). Nothing of this is in the way of a rank: what is measured
 * are counters that PEs and ranks keep.
 *
 * <p>The cost of a rank is the time for which PEs have run it, less what other programs took of these PEs' threads meanwhile: the
 * kernel counts for each thread for how long it ran and for how long it could have and had to wait for a core
 * ({@code /proc/self/task/.../schedstat}). That is the background load as it is met by the job, where {@code /proc/stat} would tell
 * what happens on all cores of a machine, also on those that the job does not use.
 *
 * <p>Ranks may ask for balancing themselves, by the functions of Adaptive MPI ({@link flotilla.node.balance.Requests}).
 */
package flotilla.node.balance;
