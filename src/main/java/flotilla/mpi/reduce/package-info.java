/**
 * Arithmetic of the predefined reduction operations (MPI-3.1 sections 5.9.2 and 5.9.4).
 *
 * <p>A {@link flotilla.mpi.reduce.Kernel} combines vectors of one representation under one operation. It works on heap
 * arrays: HotSpot vectorizes a plain loop over two arrays of the same type, but not one over two native addresses, which
 * might overlap. Copying a piece that fits the first-level cache into an array and back costs less than that.
 *
 * <p>Formats that Java has no type for (x87 extended, binary128, 128-bit integers) are computed in integer arithmetic.
 */
package flotilla.mpi.reduce;
