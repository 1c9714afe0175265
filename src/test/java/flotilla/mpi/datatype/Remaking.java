package flotilla.mpi.datatype;

import java.util.Arrays;

/** Makes a datatype again from what MPI_Type_get_envelope and MPI_Type_get_contents say. */
final class Remaking {
    static Datatype remake(Datatype type) {
        if (type.combiner() == Combiner.NAMED) {
            return PredefinedDatatypes.get(type.number());
        }
        Contents contents = type.contents();
        long[] integers = contents.integers();
        long[] addresses = contents.addresses();
        var types = Arrays.stream(contents.types()).map(Remaking::remake).toArray(Datatype[]::new);
        int n = integers.length == 0 ? 0 : (int) integers[0];
        return switch (type.combiner()) {
            case NAMED -> throw new AssertionError();
            case DUP -> DerivedDatatypes.dup(types[0]);
            case CONTIGUOUS -> DerivedDatatypes.contiguous(integers[0], types[0]);
            case VECTOR -> DerivedDatatypes.vector(integers[0], integers[1], integers[2], types[0]);
            case HVECTOR -> DerivedDatatypes.hvector(integers[0], integers[1], addresses[0], types[0]);
            case INDEXED -> DerivedDatatypes.indexed(part(integers, 1, n), part(integers, 1 + n, n), types[0]);
            case HINDEXED -> DerivedDatatypes.hindexed(part(integers, 1, n), addresses, types[0]);
            case INDEXED_BLOCK -> DerivedDatatypes.indexedBlock(integers[1], part(integers, 2, n), types[0]);
            case HINDEXED_BLOCK -> DerivedDatatypes.hindexedBlock(integers[1], addresses, types[0]);
            case STRUCT -> DerivedDatatypes.struct(part(integers, 1, n), addresses, types);
            case SUBARRAY -> ArrayDatatypes.subarray(part(integers, 1, n), part(integers, 1 + n, n), part(integers, 1 + 2 * n, n),
                    (int) integers[1 + 3 * n], types[0]);
            case DARRAY -> darray(integers, (int) integers[2], types[0]);
            case F90_INTEGER -> FortranDatatypes.integer((int) integers[0]);
            case F90_REAL -> FortranDatatypes.real((int) integers[0], (int) integers[1]);
            case F90_COMPLEX -> FortranDatatypes.complex((int) integers[0], (int) integers[1]);
            case RESIZED -> DerivedDatatypes.resized(types[0], addresses[0], addresses[1]);
        };
    }

    private static Datatype darray(long[] integers, int n, Datatype old) {
        return ArrayDatatypes.darray((int) integers[0], (int) integers[1], part(integers, 3, n), ints(integers, 3 + n, n),
                ints(integers, 3 + 2 * n, n), ints(integers, 3 + 3 * n, n), (int) integers[3 + 4 * n], old);
    }

    private static long[] part(long[] values, int start, int length) {
        return Arrays.copyOfRange(values, start, start + length);
    }

    private static int[] ints(long[] values, int start, int length) {
        return Arrays.stream(part(values, start, length)).mapToInt(value -> (int) value).toArray();
    }

    private Remaking() {}
}
