/**
 * Ranks on processing elements. A PE is an agent with a duty cycle: take a ready rank (its own, or one stolen from a busy
 * PE), run it until it blocks or ends, take the next; with nothing to do it spins briefly and then parks.
 *
 * <p>A rank's {@link flotilla.schedule.RankThread} is blocked, ready, running, or running with a wake-up that came
 * meanwhile. Whoever turns blocked into ready queues it: exactly one does. There are no locks but around parking.
 */
package flotilla.schedule;
