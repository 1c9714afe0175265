/**
 * What each rank costs, and who should move: the model of one balancing step, and what a step is worth.
 *
 * <p>An over-decomposed program has more ranks than PEs, so its load can be evened out by moving ranks. Ranks are taken to behave
 * in the next interval as they have in the last (the principle of persistence; Kale, "Some Essential Techniques for Developing
 * Efficient Petascale Applications", 2008). A {@link flotilla.balance.Load} is what was measured over an interval; a
 * {@link flotilla.balance.Strategy} answers where each rank should be ({@link flotilla.balance.strategy} has them all); a
 * {@link flotilla.balance.Placement} says what that means; {@link flotilla.balance.Gain} whether it pays, by what moves cost
 * ({@link flotilla.balance.MoveCost}) and how much of earlier gains lasted. {@link flotilla.balance.trace} keeps steps in a file,
 * {@link flotilla.balance.simulate} replays them.
 *
 * <p>Inside a node, idle PEs steal ranks that are ready, so that a node of several PEs is to a strategy one PE that is as fast as
 * all of them ({@link flotilla.balance.Load#byNode}). Everything is kept in arrays of primitives: a million ranks must fit.
 *
 * <p>Nothing here knows of MPI, nodes' processes or transports, and no class may be used by several threads at once.
 */
package flotilla.balance;
