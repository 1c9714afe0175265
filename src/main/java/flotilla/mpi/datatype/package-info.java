/**
 * MPI datatypes (MPI-3.1 chapter 4): what a message's bytes mean and where they lie in memory.
 *
 * <p>A datatype is a <em>typemap</em>, a sequence of (basic type, displacement) pairs. Its <em>size</em> is the number of
 * data bytes, its <em>extent</em> the distance at which a second item follows the first; the two differ wherever the
 * layout has holes, is padded or was resized. Written one after the other in typemap order, the data bytes form the
 * <em>packed stream</em>, which is what travels.
 *
 * <p>{@link flotilla.mpi.datatype.Datatype} is made by the constructors in {@link flotilla.mpi.datatype.DerivedDatatypes},
 * {@link flotilla.mpi.datatype.ArrayDatatypes} and {@link flotilla.mpi.datatype.FortranDatatypes} from those of
 * {@link flotilla.mpi.datatype.PredefinedDatatypes}. No typemap is ever expanded: a datatype compiles into a small tree of
 * {@code Node}s (blocks, loops, indexed blocks, sequences) in which neighbouring runs are merged, and
 * {@link flotilla.mpi.datatype.Pack} moves bytes between layouts and streams by walking that tree.
 *
 * <p>Nothing here knows ranks, handles or messages. Handle tables, names and attributes of predefined types are the
 * caller's.
 */
package flotilla.mpi.datatype;
