/**
 * The strategies, a class for each, and {@link flotilla.balance.strategy.Strategies} with their names. Most are those of Charm++,
 * whose names they have (Charm++ Manual, "Available Load Balancing Strategies").
 *
 * <p>Greedy ones make a placement anew: near the best that can be had, and nearly all ranks move. Refining ones begin with what
 * is there, and few do. A partitioner looks at who talks to whom. Distributed ones need no place where everything is known.
 */
package flotilla.balance.strategy;
