/**
 * Faces: how a guest's MPI ABI writes what the host means. Inside, everything is canonical: handles, special ranks and
 * tags, comparison results and error classes have the numbers of the MPI 5.0 standard ABI (MPI-5.0 chapter 20). A
 * {@link flotilla.mpi.face.Face} translates between those and the values a compiled program holds: the standard ABI's
 * own, or MPICH's (libmpi.so.12).
 *
 * <p>Values that a program may pass but that no translation knows become numbers that are invalid in canonical form as
 * well, so that the checks of the MPI layer refuse them.
 */
package flotilla.mpi.face;
