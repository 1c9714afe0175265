/**
 * Strategies compared without a job: {@link flotilla.balance.simulate.Simulation} replays the steps of a trace, or of a
 * {@link flotilla.balance.simulate.Synthetic} program, and lets each strategy place the ranks as if the job was its own.
 */
package flotilla.balance.simulate;
