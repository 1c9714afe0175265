package flotilla.mpi.reduce;

import static flotilla.abi.StandardAbi.BAND;
import static flotilla.abi.StandardAbi.BOR;
import static flotilla.abi.StandardAbi.BXOR;
import static flotilla.abi.StandardAbi.LAND;
import static flotilla.abi.StandardAbi.LOR;
import static flotilla.abi.StandardAbi.LXOR;
import static flotilla.abi.StandardAbi.MAX;
import static flotilla.abi.StandardAbi.MAXLOC;
import static flotilla.abi.StandardAbi.MIN;
import static flotilla.abi.StandardAbi.MINLOC;
import static flotilla.abi.StandardAbi.NO_OP;
import static flotilla.abi.StandardAbi.PROD;
import static flotilla.abi.StandardAbi.REPLACE;
import static flotilla.abi.StandardAbi.SUM;

import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.ReductionGroup;
import flotilla.mpi.datatype.Representation;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Finds the kernel of an operation and a type: the table of MPI-3.1 section 5.9.2, and MPI_REPLACE and MPI_NO_OP of section
 * 11.3.4 for every type. As other implementations do, and programs rely on, MPI_CHAR counts as an integer and the logical
 * operations take every real number.
 */
public final class Kernels {
    private static final int FIRST = SUM;
    private static final int OPERATIONS = NO_OP - FIRST + 1;
    private static final int TYPES = BasicType.values().length;
    private static final Kernel[] TABLE = new Kernel[OPERATIONS * TYPES];

    static {
        // Types with the same arithmetic share a kernel, so that MPI_INT and MPI_INTEGER may meet in one call.
        Map<String, Kernel> shared = new HashMap<>();
        for (int operation = FIRST; operation <= NO_OP; operation++) {
            for (BasicType type : BasicType.values()) {
                if (isDefined(operation, type)) {
                    Representation representation = type.representation();
                    String name = name(operation) + " on "
                            + (type.isPair() ? type.first().representation() + "+" + type.second().representation() : representation);
                    int op = operation;
                    TABLE[index(operation, type)] = shared.computeIfAbsent(name, key -> create(key, op, type));
                }
            }
        }
    }

    /**
     * The kernel of a predefined operation for reductions.
     *
     * @param operation canonical handle
     * @throws MpiException MPI_ERR_OP when the operation does not take the type
     */
    public static Kernel forReduction(int operation, Datatype type) {
        if (operation == REPLACE || operation == NO_OP) {
            throw new MpiException(ErrorClass.OP, name(operation) + " is for one-sided accumulation only");
        }
        return forAccumulation(operation, type);
    }

    /** As {@link #forReduction}, with MPI_REPLACE and MPI_NO_OP. */
    public static Kernel forAccumulation(int operation, Datatype type) {
        BasicType basic = type.basicType();
        if (basic == null) {
            throw new MpiException(ErrorClass.OP, name(operation) + " does not take the derived datatype "
                    + (type.name().isEmpty() ? "given" : type.name()) + ": predefined operations take predefined datatypes");
        }
        Kernel kernel = find(operation, basic);
        if (kernel == null) {
            throw new MpiException(ErrorClass.OP, name(operation) + " is not defined for " + type.name());
        }
        return kernel;
    }

    /** Null when the operation does not take the type. */
    public static Kernel find(int operation, BasicType type) {
        return operation < FIRST || operation > NO_OP ? null : TABLE[index(operation, type)];
    }

    private static int index(int operation, BasicType type) {
        return (operation - FIRST) * TYPES + type.ordinal();
    }

    /** Name of a predefined operation; empty for a number that is none. */
    public static String name(int operation) {
        return switch (operation) {
            case SUM -> "MPI_SUM";
            case MIN -> "MPI_MIN";
            case MAX -> "MPI_MAX";
            case PROD -> "MPI_PROD";
            case BAND -> "MPI_BAND";
            case BOR -> "MPI_BOR";
            case BXOR -> "MPI_BXOR";
            case LAND -> "MPI_LAND";
            case LOR -> "MPI_LOR";
            case LXOR -> "MPI_LXOR";
            case MINLOC -> "MPI_MINLOC";
            case MAXLOC -> "MPI_MAXLOC";
            case REPLACE -> "MPI_REPLACE";
            case NO_OP -> "MPI_NO_OP";
            default -> "";
        };
    }

    private static boolean isDefined(int operation, BasicType type) {
        ReductionGroup group = type == BasicType.CHAR ? ReductionGroup.C_INTEGER : type.group();
        boolean integer = group == ReductionGroup.C_INTEGER || group == ReductionGroup.FORTRAN_INTEGER
                || group == ReductionGroup.MULTI_LANGUAGE;
        return switch (operation) {
            case MAX, MIN -> integer || group == ReductionGroup.FLOATING;
            case SUM, PROD -> integer || group == ReductionGroup.FLOATING || group == ReductionGroup.COMPLEX;
            case LAND, LOR, LXOR -> integer || group == ReductionGroup.LOGICAL || group == ReductionGroup.FLOATING;
            case BAND, BOR, BXOR -> integer || group == ReductionGroup.BYTE;
            case MAXLOC, MINLOC -> group == ReductionGroup.PAIR;
            case REPLACE, NO_OP -> true;
            default -> false;
        };
    }

    private static Kernel create(String name, int operation, BasicType type) {
        String representation = type.isPair()
                ? type.first().representation() + "_" + type.second().representation()
                : type.representation().toString();
        String symbol = "flotilla_" + name(operation).substring("MPI_".length()) + "_" + representation;
        return new Kernel(operation, name, symbol.toLowerCase(Locale.ROOT), type.extent());
    }

    private Kernels() {}
}
