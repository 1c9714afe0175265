/**
 * Numbers that Java and C share: the layout of the control block and of the tables a loader leaves in a slot, the
 * operation codes of a trap, and the constants of the MPI ABIs. No behaviour lives here.
 *
 * <p>{@link flotilla.abi.ControlBlock} and {@link flotilla.abi.Operation} are the source: the build writes the C header
 * {@code flotilla_abi.h} from their constants, and {@code guest/include/flotilla.h} asserts that its structures agree.
 */
package flotilla.abi;
