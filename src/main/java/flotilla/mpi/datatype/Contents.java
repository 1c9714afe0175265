package flotilla.mpi.datatype;

import java.io.Serializable;

/**
 * The arguments a datatype was made with, in the order that MPI_Type_get_contents prescribes (MPI-3.1 section 4.1.13).
 * The arrays are the datatype's own: read only.
 *
 * <p>{@code counts} is empty unless an integer argument does not fit into an {@code int}; then all counts, block lengths,
 * displacements and strides stand there, as MPI-4.0 section 5.1.13 orders them for types made by the large-count functions.
 *
 * @param integers values of {@code int} arguments
 * @param addresses values of {@code MPI_Aint} arguments, bytes
 * @param counts values of {@code MPI_Count} arguments
 * @param types the datatypes it was made from; none for a named or F90 type
 */
public record Contents(long[] integers, long[] addresses, long[] counts, Datatype[] types) implements Serializable {
    private static final long[] NO_VALUES = {};
    private static final Datatype[] NO_TYPES = {};
    static final Contents EMPTY = new Contents(NO_VALUES, NO_VALUES, NO_VALUES, NO_TYPES);

    /** Contents of a constructor; {@code addresses} are kept apart from {@code integers} unless an integer is too large. */
    static Contents of(long[] integers, long[] addresses, Datatype... types) {
        for (long value : integers) {
            if (value != (int) value) {
                return new Contents(NO_VALUES, NO_VALUES, join(integers, addresses), types);
            }
        }
        return new Contents(integers, addresses, NO_VALUES, types);
    }

    static Contents of(long[] integers, Datatype... types) {
        return of(integers, NO_VALUES, types);
    }

    /** The arrays' values one after the other. */
    static long[] join(long[]... parts) {
        int length = 0;
        for (long[] part : parts) {
            length += part.length;
        }
        var joined = new long[length];
        int at = 0;
        for (long[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    static long[] values(long... values) {
        return values;
    }
}
