/**
 * The MPI functions: one static method per function of the table (src/main/mpi/functions.table), by chapter. A method gets
 * decoded arguments from the generated dispatcher: objects for handles, canonical values for ranks and tags, addresses for
 * pointers. It checks them, leaves the work to the packages below and writes results into guest memory.
 *
 * <p>A method answers 0, or what a {@link flotilla.mpi.core.Wait} or a guest function that it needs makes of the call:
 * see {@link flotilla.mpi.core.Wait#poll}. It fails with an {@link flotilla.mpi.error.MpiException}.
 */
package flotilla.mpi.calls;
