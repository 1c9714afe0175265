package flotilla.mpi.datatype;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The named datatypes by their canonical handles, the numbers that the MPI 5.0 standard ABI gives them. MPI_LB, MPI_UB and
 * MPIX_C_FLOAT16 have none there; theirs are numbers that it leaves free.
 */
public final class PredefinedDatatypes {
    public static final int DATATYPE_NULL = 0x200;
    public static final int C_FLOAT16 = 0x2f2;
    public static final int LB = 0x2f0;
    public static final int UB = 0x2f1;

    private static final int FIRST = 0x200;
    private static final int LAST = 0x3ff;

    /** Classes of MPI_Type_match_size. */
    public enum TypeClass {
        INTEGER, REAL, COMPLEX
    }

    /** {@code type} is null for MPI_LB and MPI_UB. */
    public record Entry(String name, int number, BasicType type) {}

    private static final List<Entry> ENTRIES = List.of(
            entry("MPI_AINT", 0x201, BasicType.AINT),
            entry("MPI_COUNT", 0x202, BasicType.COUNT),
            entry("MPI_OFFSET", 0x203, BasicType.OFFSET),
            entry("MPI_PACKED", 0x207, BasicType.PACKED),
            entry("MPI_SHORT", 0x208, BasicType.SHORT),
            entry("MPI_INT", 0x209, BasicType.INT),
            entry("MPI_LONG", 0x20a, BasicType.LONG),
            entry("MPI_LONG_LONG_INT", 0x20b, BasicType.LONG_LONG),
            entry("MPI_UNSIGNED_SHORT", 0x20c, BasicType.UNSIGNED_SHORT),
            entry("MPI_UNSIGNED", 0x20d, BasicType.UNSIGNED),
            entry("MPI_UNSIGNED_LONG", 0x20e, BasicType.UNSIGNED_LONG),
            entry("MPI_UNSIGNED_LONG_LONG", 0x20f, BasicType.UNSIGNED_LONG_LONG),
            entry("MPI_FLOAT", 0x210, BasicType.FLOAT),
            entry("MPI_C_COMPLEX", 0x212, BasicType.C_FLOAT_COMPLEX),
            entry("MPI_CXX_FLOAT_COMPLEX", 0x213, BasicType.CXX_FLOAT_COMPLEX),
            entry("MPI_DOUBLE", 0x214, BasicType.DOUBLE),
            entry("MPI_C_DOUBLE_COMPLEX", 0x216, BasicType.C_DOUBLE_COMPLEX),
            entry("MPI_CXX_DOUBLE_COMPLEX", 0x217, BasicType.CXX_DOUBLE_COMPLEX),
            entry("MPI_LOGICAL", 0x218, BasicType.LOGICAL),
            entry("MPI_INTEGER", 0x219, BasicType.INTEGER),
            entry("MPI_REAL", 0x21a, BasicType.REAL),
            entry("MPI_COMPLEX", 0x21b, BasicType.COMPLEX),
            entry("MPI_DOUBLE_PRECISION", 0x21c, BasicType.DOUBLE_PRECISION),
            entry("MPI_DOUBLE_COMPLEX", 0x21d, BasicType.DOUBLE_COMPLEX),
            entry("MPI_CHARACTER", 0x21e, BasicType.CHARACTER),
            entry("MPI_LONG_DOUBLE", 0x220, BasicType.LONG_DOUBLE),
            entry("MPI_C_LONG_DOUBLE_COMPLEX", 0x224, BasicType.C_LONG_DOUBLE_COMPLEX),
            entry("MPI_CXX_LONG_DOUBLE_COMPLEX", 0x225, BasicType.CXX_LONG_DOUBLE_COMPLEX),
            entry("MPI_FLOAT_INT", 0x228, BasicType.FLOAT_INT),
            entry("MPI_DOUBLE_INT", 0x229, BasicType.DOUBLE_INT),
            entry("MPI_LONG_INT", 0x22a, BasicType.LONG_INT),
            entry("MPI_2INT", 0x22b, BasicType.TWO_INT),
            entry("MPI_SHORT_INT", 0x22c, BasicType.SHORT_INT),
            entry("MPI_LONG_DOUBLE_INT", 0x22d, BasicType.LONG_DOUBLE_INT),
            entry("MPI_2REAL", 0x230, BasicType.TWO_REAL),
            entry("MPI_2DOUBLE_PRECISION", 0x231, BasicType.TWO_DOUBLE_PRECISION),
            entry("MPI_2INTEGER", 0x232, BasicType.TWO_INTEGER),
            entry("MPI_C_BOOL", 0x238, BasicType.C_BOOL),
            entry("MPI_CXX_BOOL", 0x239, BasicType.CXX_BOOL),
            entry("MPI_WCHAR", 0x23c, BasicType.WCHAR),
            entry("MPI_INT8_T", 0x240, BasicType.INT8_T),
            entry("MPI_UINT8_T", 0x241, BasicType.UINT8_T),
            entry("MPI_CHAR", 0x243, BasicType.CHAR),
            entry("MPI_SIGNED_CHAR", 0x244, BasicType.SIGNED_CHAR),
            entry("MPI_UNSIGNED_CHAR", 0x245, BasicType.UNSIGNED_CHAR),
            entry("MPI_BYTE", 0x247, BasicType.BYTE),
            entry("MPI_INT16_T", 0x248, BasicType.INT16_T),
            entry("MPI_UINT16_T", 0x249, BasicType.UINT16_T),
            entry("MPI_INT32_T", 0x250, BasicType.INT32_T),
            entry("MPI_UINT32_T", 0x251, BasicType.UINT32_T),
            entry("MPI_INT64_T", 0x258, BasicType.INT64_T),
            entry("MPI_UINT64_T", 0x259, BasicType.UINT64_T),
            entry("MPI_LOGICAL1", 0x2c0, BasicType.LOGICAL1),
            entry("MPI_INTEGER1", 0x2c1, BasicType.INTEGER1),
            entry("MPI_LOGICAL2", 0x2c8, BasicType.LOGICAL2),
            entry("MPI_INTEGER2", 0x2c9, BasicType.INTEGER2),
            entry("MPI_REAL2", 0x2ca, BasicType.REAL2),
            entry("MPI_LOGICAL4", 0x2d0, BasicType.LOGICAL4),
            entry("MPI_INTEGER4", 0x2d1, BasicType.INTEGER4),
            entry("MPI_REAL4", 0x2d2, BasicType.REAL4),
            entry("MPI_COMPLEX4", 0x2d3, BasicType.COMPLEX4),
            entry("MPI_LOGICAL8", 0x2d8, BasicType.LOGICAL8),
            entry("MPI_INTEGER8", 0x2d9, BasicType.INTEGER8),
            entry("MPI_REAL8", 0x2da, BasicType.REAL8),
            entry("MPI_COMPLEX8", 0x2db, BasicType.COMPLEX8),
            entry("MPI_LOGICAL16", 0x2e0, BasicType.LOGICAL16),
            entry("MPI_INTEGER16", 0x2e1, BasicType.INTEGER16),
            entry("MPI_REAL16", 0x2e2, BasicType.REAL16),
            entry("MPI_COMPLEX16", 0x2e3, BasicType.COMPLEX16),
            entry("MPI_COMPLEX32", 0x2eb, BasicType.COMPLEX32),
            entry("MPIX_C_FLOAT16", C_FLOAT16, BasicType.C_FLOAT16),
            entry("MPI_LB", LB, null),
            entry("MPI_UB", UB, null));

    /** Other names of the same datatypes. */
    private static final Map<String, String> ALIASES = Map.of(
            "MPI_LONG_LONG", "MPI_LONG_LONG_INT",
            "MPI_C_FLOAT_COMPLEX", "MPI_C_COMPLEX");

    private static final Datatype[] BY_NUMBER = new Datatype[LAST - FIRST + 1];
    private static final Map<String, Datatype> BY_NAME = new HashMap<>();
    private static final Map<BasicType, Datatype> BY_TYPE = new EnumMap<>(BasicType.class);

    static {
        for (Entry entry : ENTRIES) {
            Datatype datatype = entry.type == null
                    ? Datatype.marker(entry.name, entry.number, entry.number == LB)
                    : Datatype.basic(entry.name, entry.number, entry.type, Combiner.NAMED, Contents.EMPTY);
            BY_NUMBER[entry.number - FIRST] = datatype;
            BY_NAME.put(entry.name, datatype);
            if (entry.type != null) {
                BY_TYPE.put(entry.type, datatype);
            }
        }
        ALIASES.forEach((alias, name) -> BY_NAME.put(alias, BY_NAME.get(name)));
    }

    private static Entry entry(String name, int number, BasicType type) {
        return new Entry(name, number, type);
    }

    /** The datatype with that canonical handle; null if there is none, as for MPI_DATATYPE_NULL. */
    public static Datatype get(int number) {
        return number < FIRST || number > LAST ? null : BY_NUMBER[number - FIRST];
    }

    /** The named datatype of a basic type; null for those that have no name of their own. */
    public static Datatype get(BasicType type) {
        return BY_TYPE.get(type);
    }

    /** The datatype with that MPI name, aliases included; null if there is none. */
    public static Datatype byName(String name) {
        return BY_NAME.get(name);
    }

    public static List<Entry> all() {
        return ENTRIES;
    }

    /** Other names, each with the {@link Entry#name} it stands for. */
    public static Map<String, String> aliases() {
        return ALIASES;
    }

    /** MPI_Type_match_size: the Fortran datatype of that class and size in bytes. */
    public static Datatype matchSize(TypeClass typeClass, int size) {
        String prefix = "MPI_" + typeClass;
        Datatype datatype = BY_NAME.get(prefix + size);
        if (datatype == null) {
            var sizes = new ArrayList<Integer>();
            for (int candidate = 1; candidate <= 32; candidate *= 2) {
                if (BY_NAME.containsKey(prefix + candidate)) {
                    sizes.add(candidate);
                }
            }
            throw DatatypeException.argument("size", "is " + size + " bytes; " + typeClass + " types have " + sizes);
        }
        return datatype;
    }

    private PredefinedDatatypes() {}
}
