/**
 * Arithmetic of the predefined reduction operations (MPI-3.1 sections 5.9.2 and 5.9.4).
 *
 * <p>A {@link flotilla.mpi.reduce.Kernel} combines vectors of one representation under one operation. It is a C function:
 * HotSpot does not vectorize a loop over native addresses, which might overlap, and has no type for many of the formats.
 */
package flotilla.mpi.reduce;
