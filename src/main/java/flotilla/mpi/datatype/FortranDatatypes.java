package flotilla.mpi.datatype;

import static flotilla.mpi.datatype.Contents.values;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Datatypes by precision and range (MPI-3.1 section 17.1.9), matched as gfortran's SELECTED_REAL_KIND and
 * SELECTED_INT_KIND choose kinds. They are unnamed predefined datatypes: committed, not to be freed, and the same object for
 * the same arguments.
 */
public final class FortranDatatypes {
    /** MPI_UNDEFINED: this argument does not matter. */
    public static final int UNDEFINED = -32766;

    /** A real kind with its decimal precision and exponent range, narrowest first. */
    private record RealKind(int precision, int range, BasicType real, BasicType complex) {}

    private record IntegerKind(int range, BasicType type) {}

    private record Key(Combiner combiner, int precision, int range) {}

    private static final RealKind[] REAL_KINDS = {
        new RealKind(6, 37, BasicType.REAL4, BasicType.COMPLEX8),
        new RealKind(15, 307, BasicType.REAL8, BasicType.COMPLEX16),
        new RealKind(18, 4931, BasicType.REAL10, BasicType.COMPLEX20),
        new RealKind(33, 4931, BasicType.REAL16, BasicType.COMPLEX32),
    };

    private static final IntegerKind[] INTEGER_KINDS = {
        new IntegerKind(2, BasicType.INTEGER1), new IntegerKind(4, BasicType.INTEGER2), new IntegerKind(9, BasicType.INTEGER4),
        new IntegerKind(18, BasicType.INTEGER8), new IntegerKind(38, BasicType.INTEGER16),
    };

    private static final Map<Key, Datatype> MADE = new ConcurrentHashMap<>();

    /** MPI_Type_create_f90_real. {@code precision} or {@code range}, not both, may be {@link #UNDEFINED}. */
    public static Datatype real(int precision, int range) {
        BasicType type = kind(precision, range).real;
        return made(Combiner.F90_REAL, precision, range, type, values(precision, range));
    }

    /** MPI_Type_create_f90_complex. {@code precision} or {@code range}, not both, may be {@link #UNDEFINED}. */
    public static Datatype complex(int precision, int range) {
        BasicType type = kind(precision, range).complex;
        return made(Combiner.F90_COMPLEX, precision, range, type, values(precision, range));
    }

    /** MPI_Type_create_f90_integer. */
    public static Datatype integer(int range) {
        for (IntegerKind kind : INTEGER_KINDS) {
            if (range <= kind.range && range >= 0) {
                return made(Combiner.F90_INTEGER, 0, range, kind.type, values(range));
            }
        }
        throw DatatypeException.argument("r", "asks for an integer that no Fortran kind represents: " + range);
    }

    /** The one that these arguments gave before, maybe in another process. */
    static Datatype again(Combiner combiner, long[] arguments) {
        return switch (combiner) {
            case F90_REAL -> real((int) arguments[0], (int) arguments[1]);
            case F90_COMPLEX -> complex((int) arguments[0], (int) arguments[1]);
            case F90_INTEGER -> integer((int) arguments[0]);
            default -> throw new IllegalArgumentException(combiner + " is no constructor by precision and range");
        };
    }

    private static RealKind kind(int precision, int range) {
        boolean anyPrecision = precision == UNDEFINED;
        boolean anyRange = range == UNDEFINED;
        if (anyPrecision && anyRange) {
            throw DatatypeException.argument("p", "and r are both MPI_UNDEFINED");
        }
        if (!anyPrecision && precision < 0) {
            throw DatatypeException.argument("p", "is negative: " + precision);
        }
        if (!anyRange && range < 0) {
            throw DatatypeException.argument("r", "is negative: " + range);
        }
        for (RealKind kind : REAL_KINDS) {
            if ((anyPrecision || precision <= kind.precision) && (anyRange || range <= kind.range)) {
                return kind;
            }
        }
        throw DatatypeException.argument(!anyPrecision && precision > 33 ? "p" : "r",
                "asks for a real that no Fortran kind represents: precision " + precision + ", range " + range);
    }

    private static Datatype made(Combiner combiner, int precision, int range, BasicType type, long[] arguments) {
        return MADE.computeIfAbsent(new Key(combiner, precision, range),
                _ -> Datatype.basic("", 0, type, combiner, Contents.of(arguments)));
    }

    private FortranDatatypes() {}
}
