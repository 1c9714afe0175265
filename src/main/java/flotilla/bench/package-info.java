/**
 * {@code flotilla bench}: runs programs with Flotilla and with other implementations of MPI in turn, keeps every sample, and
 * makes tables and charts of them. It measures what a user sees: Flotilla's command is run as any other's, and nothing of
 * the runtime is called from here.
 *
 * <p>A {@link flotilla.bench.Group} is a subject with its programs, targets and charts; the groups are in
 * {@link flotilla.bench.group}. A {@link flotilla.bench.Trial} takes one sample; trials that are compared with each other
 * take turns, so that what else the machine does meets all of them.
 */
package flotilla.bench;
