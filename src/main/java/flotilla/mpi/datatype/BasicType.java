package flotilla.mpi.datatype;

import static flotilla.mpi.datatype.ReductionGroup.C_INTEGER;
import static flotilla.mpi.datatype.ReductionGroup.FLOATING;
import static flotilla.mpi.datatype.ReductionGroup.FORTRAN_INTEGER;
import static flotilla.mpi.datatype.ReductionGroup.MULTI_LANGUAGE;
import static flotilla.mpi.datatype.ReductionGroup.NONE;

/**
 * The elementary types of MPI, one for each predefined datatype (MPI-3.1 section 3.2.2 and annex A.1.1), as the C and
 * Fortran compilers of x86-64 Linux lay them out. Fortran default kinds are 4 bytes, DOUBLE PRECISION 8.
 */
public enum BasicType {
    PACKED(Representation.OPAQUE8, NONE),
    BYTE(Representation.OPAQUE8, ReductionGroup.BYTE),
    AINT(Representation.INT64, MULTI_LANGUAGE),
    COUNT(Representation.INT64, MULTI_LANGUAGE),
    OFFSET(Representation.INT64, MULTI_LANGUAGE),

    CHAR(Representation.INT8, NONE),
    WCHAR(Representation.INT32, NONE, 2),
    SIGNED_CHAR(Representation.INT8, C_INTEGER),
    UNSIGNED_CHAR(Representation.UINT8, C_INTEGER),
    SHORT(Representation.INT16, C_INTEGER),
    UNSIGNED_SHORT(Representation.UINT16, C_INTEGER),
    INT(Representation.INT32, C_INTEGER),
    UNSIGNED(Representation.UINT32, C_INTEGER),
    LONG(Representation.INT64, C_INTEGER, 4),
    UNSIGNED_LONG(Representation.UINT64, C_INTEGER, 4),
    LONG_LONG(Representation.INT64, C_INTEGER),
    UNSIGNED_LONG_LONG(Representation.UINT64, C_INTEGER),
    INT8_T(Representation.INT8, C_INTEGER),
    INT16_T(Representation.INT16, C_INTEGER),
    INT32_T(Representation.INT32, C_INTEGER),
    INT64_T(Representation.INT64, C_INTEGER),
    UINT8_T(Representation.UINT8, C_INTEGER),
    UINT16_T(Representation.UINT16, C_INTEGER),
    UINT32_T(Representation.UINT32, C_INTEGER),
    UINT64_T(Representation.UINT64, C_INTEGER),

    C_FLOAT16(Representation.FLOAT16, FLOATING),
    FLOAT(Representation.FLOAT32, FLOATING),
    DOUBLE(Representation.FLOAT64, FLOATING),
    LONG_DOUBLE(Representation.FLOAT80, FLOATING),
    C_FLOAT_COMPLEX(Representation.COMPLEX32, ReductionGroup.COMPLEX),
    C_DOUBLE_COMPLEX(Representation.COMPLEX64, ReductionGroup.COMPLEX),
    C_LONG_DOUBLE_COMPLEX(Representation.COMPLEX80, ReductionGroup.COMPLEX),
    C_BOOL(Representation.LOGICAL8, ReductionGroup.LOGICAL, 4),

    CXX_BOOL(Representation.LOGICAL8, ReductionGroup.LOGICAL, 4),
    CXX_FLOAT_COMPLEX(Representation.COMPLEX32, ReductionGroup.COMPLEX),
    CXX_DOUBLE_COMPLEX(Representation.COMPLEX64, ReductionGroup.COMPLEX),
    CXX_LONG_DOUBLE_COMPLEX(Representation.COMPLEX80, ReductionGroup.COMPLEX),

    CHARACTER(Representation.OPAQUE8, NONE),
    LOGICAL(Representation.LOGICAL32, ReductionGroup.LOGICAL),
    LOGICAL1(Representation.LOGICAL8, ReductionGroup.LOGICAL),
    LOGICAL2(Representation.LOGICAL16, ReductionGroup.LOGICAL),
    LOGICAL4(Representation.LOGICAL32, ReductionGroup.LOGICAL),
    LOGICAL8(Representation.LOGICAL64, ReductionGroup.LOGICAL),
    LOGICAL16(Representation.LOGICAL128, ReductionGroup.LOGICAL),
    INTEGER(Representation.INT32, FORTRAN_INTEGER),
    INTEGER1(Representation.INT8, FORTRAN_INTEGER),
    INTEGER2(Representation.INT16, FORTRAN_INTEGER),
    INTEGER4(Representation.INT32, FORTRAN_INTEGER),
    INTEGER8(Representation.INT64, FORTRAN_INTEGER),
    INTEGER16(Representation.INT128, FORTRAN_INTEGER),
    REAL(Representation.FLOAT32, FLOATING),
    DOUBLE_PRECISION(Representation.FLOAT64, FLOATING),
    REAL2(Representation.FLOAT16, FLOATING),
    REAL4(Representation.FLOAT32, FLOATING),
    REAL8(Representation.FLOAT64, FLOATING),
    /** gfortran's REAL(KIND=10); reached through MPI_Type_create_f90_real only. */
    REAL10(Representation.FLOAT80, FLOATING),
    REAL16(Representation.FLOAT128, FLOATING),
    COMPLEX(Representation.COMPLEX32, ReductionGroup.COMPLEX),
    DOUBLE_COMPLEX(Representation.COMPLEX64, ReductionGroup.COMPLEX),
    COMPLEX4(Representation.COMPLEX16, ReductionGroup.COMPLEX),
    COMPLEX8(Representation.COMPLEX32, ReductionGroup.COMPLEX),
    COMPLEX16(Representation.COMPLEX64, ReductionGroup.COMPLEX),
    /** gfortran's COMPLEX(KIND=10); reached through MPI_Type_create_f90_complex only. */
    COMPLEX20(Representation.COMPLEX80, ReductionGroup.COMPLEX),
    COMPLEX32(Representation.COMPLEX128, ReductionGroup.COMPLEX),

    FLOAT_INT(FLOAT, INT),
    DOUBLE_INT(DOUBLE, INT),
    LONG_INT(LONG, INT),
    TWO_INT(INT, INT),
    SHORT_INT(SHORT, INT),
    LONG_DOUBLE_INT(LONG_DOUBLE, INT),
    TWO_REAL(REAL, REAL),
    TWO_DOUBLE_PRECISION(DOUBLE_PRECISION, DOUBLE_PRECISION),
    TWO_INTEGER(INTEGER, INTEGER);

    private final Representation representation;
    private final ReductionGroup group;
    private final int size;
    private final int extent;
    private final int alignment;
    private final int externalSize;
    private final BasicType first;
    private final BasicType second;
    private final int secondOffset;

    BasicType(Representation representation, ReductionGroup group) {
        this(representation, group, representation.size());
    }

    BasicType(Representation representation, ReductionGroup group, int externalSize) {
        this.representation = representation;
        this.group = group;
        this.size = representation.size();
        this.extent = size;
        this.alignment = representation.alignment();
        this.externalSize = externalSize;
        this.first = null;
        this.second = null;
        this.secondOffset = 0;
    }

    BasicType(BasicType first, BasicType second) {
        this.representation = Representation.PAIR;
        this.group = ReductionGroup.PAIR;
        this.size = first.size + second.size;
        this.alignment = Math.max(first.alignment, second.alignment);
        this.secondOffset = roundUp(first.size, second.alignment);
        this.extent = roundUp(secondOffset + second.size, alignment);
        this.externalSize = first.externalSize + second.externalSize;
        this.first = first;
        this.second = second;
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    public Representation representation() {
        return representation;
    }

    public ReductionGroup group() {
        return group;
    }

    /** Data bytes: what MPI_Type_size says. A pair's padding does not count. */
    public int size() {
        return size;
    }

    /** Bytes from one element of an array to the next. */
    public int extent() {
        return extent;
    }

    public int alignment() {
        return alignment;
    }

    /** Bytes in the external32 representation (MPI-3.1 section 13.5.2, table 13.2). */
    public int externalSize() {
        return externalSize;
    }

    public boolean isPair() {
        return first != null;
    }

    /** The value of a pair, or null. */
    public BasicType first() {
        return first;
    }

    /** The index of a pair, or null. */
    public BasicType second() {
        return second;
    }

    /** Byte offset of {@link #second}. */
    public int secondOffset() {
        return secondOffset;
    }

    /** Basic elements as MPI_Get_elements counts them: two for a pair. */
    public int elements() {
        return isPair() ? 2 : 1;
    }
}
