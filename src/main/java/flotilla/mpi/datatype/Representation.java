package flotilla.mpi.datatype;

/**
 * How a basic type lies in memory on x86-64 (System V psABI section 3.1.2), little-endian. What arithmetic on it means
 * follows from the representation and the {@link ReductionGroup}.
 */
public enum Representation {
    INT8(1), UINT8(1), INT16(2), UINT16(2), INT32(4), UINT32(4), INT64(8), UINT64(8),
    /** Fortran INTEGER*16. */
    INT128(16),
    /** IEEE 754 binary16. */
    FLOAT16(2),
    FLOAT32(4), FLOAT64(8),
    /** x87 double extended: 80 bits in 16 bytes, the upper six undefined. */
    FLOAT80(16),
    /** IEEE 754 binary128. */
    FLOAT128(16),
    /** Two FLOAT16; so on for the wider ones, named after one part. */
    COMPLEX16(FLOAT16), COMPLEX32(FLOAT32), COMPLEX64(FLOAT64), COMPLEX80(FLOAT80), COMPLEX128(FLOAT128),
    LOGICAL8(1), LOGICAL16(2), LOGICAL32(4), LOGICAL64(8), LOGICAL128(16),
    /** A byte without interpretation. */
    OPAQUE8(1),
    /** Two values in a C structure; see {@link BasicType#first} and {@link BasicType#second}. */
    PAIR(0);

    private final int size;
    private final int alignment;
    private final Representation part;

    Representation(int size) {
        this.size = size;
        this.alignment = Math.max(size, 1);
        this.part = null;
    }

    Representation(Representation part) {
        this.size = 2 * part.size;
        this.alignment = part.alignment;
        this.part = part;
    }

    /** Bytes; 0 for {@link #PAIR}, whose basic type knows. */
    public int size() {
        return size;
    }

    public int alignment() {
        return alignment;
    }

    /** The representation of a complex number's real and imaginary part, or null. */
    public Representation part() {
        return part;
    }
}
