package flotilla.mpi.reduce;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import flotilla.memory.Memory;
import java.lang.foreign.ValueLayout;

/** A primitive type of Java in whose arrays elements are combined. An element may take several array entries. */
public enum Carrier {
    BYTE(JAVA_BYTE) {
        @Override
        public Object allocate(int length) {
            return new byte[length];
        }

        @Override
        void loadOne(long address, Object array, int index) {
            ((byte[]) array)[index] = Memory.getByte(address);
        }

        @Override
        void storeOne(Object array, int index, long address) {
            Memory.putByte(address, ((byte[]) array)[index]);
        }

        @Override
        void moveOne(Object from, int index, Object to, int toIndex) {
            ((byte[]) to)[toIndex] = ((byte[]) from)[index];
        }
    },
    SHORT(JAVA_SHORT_UNALIGNED) {
        @Override
        public Object allocate(int length) {
            return new short[length];
        }

        @Override
        void loadOne(long address, Object array, int index) {
            ((short[]) array)[index] = Memory.getShort(address);
        }

        @Override
        void storeOne(Object array, int index, long address) {
            Memory.putShort(address, ((short[]) array)[index]);
        }

        @Override
        void moveOne(Object from, int index, Object to, int toIndex) {
            ((short[]) to)[toIndex] = ((short[]) from)[index];
        }
    },
    INT(JAVA_INT_UNALIGNED) {
        @Override
        public Object allocate(int length) {
            return new int[length];
        }

        @Override
        void loadOne(long address, Object array, int index) {
            ((int[]) array)[index] = Memory.getInt(address);
        }

        @Override
        void storeOne(Object array, int index, long address) {
            Memory.putInt(address, ((int[]) array)[index]);
        }

        @Override
        void moveOne(Object from, int index, Object to, int toIndex) {
            ((int[]) to)[toIndex] = ((int[]) from)[index];
        }
    },
    LONG(JAVA_LONG_UNALIGNED) {
        @Override
        public Object allocate(int length) {
            return new long[length];
        }

        @Override
        void loadOne(long address, Object array, int index) {
            ((long[]) array)[index] = Memory.getLong(address);
        }

        @Override
        void storeOne(Object array, int index, long address) {
            Memory.putLong(address, ((long[]) array)[index]);
        }

        @Override
        void moveOne(Object from, int index, Object to, int toIndex) {
            ((long[]) to)[toIndex] = ((long[]) from)[index];
        }
    },
    FLOAT(JAVA_FLOAT_UNALIGNED) {
        @Override
        public Object allocate(int length) {
            return new float[length];
        }

        @Override
        void loadOne(long address, Object array, int index) {
            ((float[]) array)[index] = Memory.getFloat(address);
        }

        @Override
        void storeOne(Object array, int index, long address) {
            Memory.putFloat(address, ((float[]) array)[index]);
        }

        @Override
        void moveOne(Object from, int index, Object to, int toIndex) {
            ((float[]) to)[toIndex] = ((float[]) from)[index];
        }
    },
    DOUBLE(JAVA_DOUBLE_UNALIGNED) {
        @Override
        public Object allocate(int length) {
            return new double[length];
        }

        @Override
        void loadOne(long address, Object array, int index) {
            ((double[]) array)[index] = Memory.getDouble(address);
        }

        @Override
        void storeOne(Object array, int index, long address) {
            Memory.putDouble(address, ((double[]) array)[index]);
        }

        @Override
        void moveOne(Object from, int index, Object to, int toIndex) {
            ((double[]) to)[toIndex] = ((double[]) from)[index];
        }
    };

    /** Up to here single loads and stores beat a bulk copy's fixed cost. */
    private static final int FEW = 4;

    private final ValueLayout layout;
    private final int bytes;

    Carrier(ValueLayout layout) {
        this.layout = layout;
        this.bytes = (int) layout.byteSize();
    }

    /** Bytes of one array entry. */
    public int bytes() {
        return bytes;
    }

    /** An array of this type. */
    public abstract Object allocate(int length);

    abstract void loadOne(long address, Object array, int index);

    abstract void storeOne(Object array, int index, long address);

    abstract void moveOne(Object from, int index, Object to, int toIndex);

    /** {@code to[toOffset .. toOffset + length) = from[offset ..)}, both of this type. */
    public void move(Object from, int offset, Object to, int toOffset, int length) {
        if (length == 1) {
            moveOne(from, offset, to, toOffset);
        } else {
            System.arraycopy(from, offset, to, toOffset, length);
        }
    }

    /** {@code array[offset .. offset + length)} from memory. */
    public void load(long address, Object array, int offset, int length) {
        if (length <= FEW) {
            for (int i = 0; i < length; i++) {
                loadOne(address + (long) i * bytes, array, offset + i);
            }
        } else {
            Memory.load(layout, address, array, offset, length);
        }
    }

    /** {@code array[offset .. offset + length)} to memory. */
    public void store(Object array, int offset, int length, long address) {
        if (length <= FEW) {
            for (int i = 0; i < length; i++) {
                storeOne(array, offset + i, address + (long) i * bytes);
            }
        } else {
            Memory.store(array, offset, layout, address, length);
        }
    }
}
