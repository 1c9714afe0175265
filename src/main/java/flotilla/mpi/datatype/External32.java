package flotilla.mpi.datatype;

import flotilla.memory.Memory;

/**
 * The portable representation "external32" (MPI-3.1 section 13.5.2): big-endian, IEEE 754, no padding, sizes from table
 * 13.2. A value that does not fit (a C long beyond 32 bits, a wide character beyond 16) is refused with reason CONVERSION.
 */
public final class External32 {
    /** Where both sides stand during one call. */
    private static final class Cursor {
        long at;
        long left;

        Cursor(long at, long left) {
            this.at = at;
            this.left = left;
        }
    }

    /** Bytes that {@code count} items take (MPI_Pack_external_size). */
    public static long size(long count, Datatype type) {
        return Checked.multiply(count, size(type.typedRoot()));
    }

    private static long size(Node node) {
        return switch (node) {
            case Block block -> block.size == 0 ? 0
                    : Checked.multiply(block.size / block.element.size(), block.element.externalSize());
            case Loop loop -> Checked.multiply(loop.count, size(loop.body));
            case Sequence sequence -> {
                long sum = 0;
                for (Node part : sequence.parts) {
                    sum = Checked.add(sum, size(part));
                }
                yield sum;
            }
            case Indexed _ -> throw new AssertionError("runs without type");
        };
    }

    /** MPI_Pack_external: writes {@code count} items to {@code to}; returns the bytes written. */
    public static long pack(long address, long count, Datatype type, long to) {
        var cursor = new Cursor(to, Long.MAX_VALUE);
        if (type.size() > 0) {
            walk(type.typedRoot(), address, type.extent(), count, cursor, true);
        }
        return cursor.at - to;
    }

    /**
     * MPI_Unpack_external: reads at most {@code count} items from {@code bytes} bytes at {@code from}, and stops before
     * the first basic element that is not complete. Returns the bytes read.
     */
    public static long unpack(long from, long bytes, long address, long count, Datatype type) {
        var cursor = new Cursor(from, bytes);
        if (type.size() > 0) {
            walk(type.typedRoot(), address, type.extent(), count, cursor, false);
        }
        return cursor.at - from;
    }

    /** Converts {@code count} copies; false when the stream ran out. */
    private static boolean walk(Node node, long address, long step, long count, Cursor cursor, boolean pack) {
        for (long i = 0; i < count; i++) {
            if (!walk(node, address + i * step, cursor, pack)) {
                return false;
            }
        }
        return true;
    }

    private static boolean walk(Node node, long address, Cursor cursor, boolean pack) {
        return switch (node) {
            case Block block -> convert(block.element, block.size / block.element.size(), address + block.offset, cursor, pack);
            case Loop loop -> walk(loop.body, address + loop.offset, loop.stride, loop.count, cursor, pack);
            case Sequence sequence -> {
                for (Node part : sequence.parts) {
                    if (!walk(part, address + sequence.offset, cursor, pack)) {
                        yield false;
                    }
                }
                yield true;
            }
            case Indexed _ -> throw new AssertionError("runs without type");
        };
    }

    private static boolean convert(BasicType type, long elements, long address, Cursor cursor, boolean pack) {
        int inner = type.size();
        int outer = type.externalSize();
        for (long i = 0; i < elements; i++) {
            if (cursor.left < outer) {
                return false;
            }
            if (pack) {
                encode(type, address, cursor.at);
            } else {
                decode(type, cursor.at, address);
            }
            address += inner;
            cursor.at += outer;
            cursor.left -= outer;
        }
        return true;
    }

    private static void encode(BasicType type, long from, long to) {
        Representation representation = type.representation();
        Representation part = representation.part();
        if (part != null) {
            encodePlain(part, from, to);
            encodePlain(part, from + part.size(), to + part.size());
        } else if (isLogical(representation)) {
            putInteger(to, type.externalSize(), isZero(from, type.size()) ? 0 : 1);
        } else if (type.size() != type.externalSize()) {
            putInteger(to, type.externalSize(), narrowed(type, getNative(representation, from)));
        } else {
            encodePlain(representation, from, to);
        }
    }

    private static void decode(BasicType type, long from, long to) {
        Representation representation = type.representation();
        Representation part = representation.part();
        if (part != null) {
            decodePlain(part, from, to);
            decodePlain(part, from + part.size(), to + part.size());
        } else if (isLogical(representation)) {
            Memory.fill(to, type.size(), (byte) 0);
            Memory.putByte(to, (byte) (isZero(from, type.externalSize()) ? 0 : 1));
        } else if (type.size() != type.externalSize()) {
            putNative(type.size(), to, widened(type, getInteger(from, type.externalSize())));
        } else {
            decodePlain(representation, from, to);
        }
    }

    private static boolean isLogical(Representation representation) {
        return switch (representation) {
            case LOGICAL8, LOGICAL16, LOGICAL32, LOGICAL64, LOGICAL128 -> true;
            default -> false;
        };
    }

    private static boolean isZero(long address, int bytes) {
        for (int i = 0; i < bytes; i++) {
            if (Memory.getByte(address + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static long getNative(Representation representation, long from) {
        return representation == Representation.INT32 ? Memory.getInt(from) : Memory.getLong(from);
    }

    private static void putNative(int size, long to, long value) {
        if (size == 4) {
            Memory.putInt(to, (int) value);
        } else {
            Memory.putLong(to, value);
        }
    }

    private static boolean isUnsignedOutside(BasicType type) {
        return type == BasicType.UNSIGNED_LONG || type == BasicType.WCHAR;
    }

    private static long narrowed(BasicType type, long value) {
        int unused = 64 - 8 * type.externalSize();
        long back = isUnsignedOutside(type) ? value << unused >>> unused : value << unused >> unused;
        if (back != value) {
            throw new DatatypeException(DatatypeException.Reason.CONVERSION, "inbuf", -1,
                    "holds the " + type + " " + value + ", which external32 keeps in " + type.externalSize() + " bytes");
        }
        return value;
    }

    private static long widened(BasicType type, long value) {
        int unused = 64 - 8 * type.externalSize();
        return isUnsignedOutside(type) ? value : value << unused >> unused;
    }

    /** Same value, same number of bytes, other byte order; x87 becomes binary128. */
    private static void encodePlain(Representation representation, long from, long to) {
        if (representation == Representation.FLOAT80) {
            long significand = Memory.getLong(from);
            int signExponent = Short.toUnsignedInt(Memory.getShort(from + 8));
            Memory.putLong(to, Long.reverseBytes(Binary128.high(signExponent, significand)));
            Memory.putLong(to + 8, Long.reverseBytes(Binary128.low(signExponent, significand)));
        } else {
            swap(from, to, representation.size());
        }
    }

    private static void decodePlain(Representation representation, long from, long to) {
        if (representation == Representation.FLOAT80) {
            long high = Long.reverseBytes(Memory.getLong(from));
            long low = Long.reverseBytes(Memory.getLong(from + 8));
            Memory.putLong(to, Binary128.significand(high, low));
            Memory.putLong(to + 8, Binary128.signExponent(high, low));
        } else {
            swap(from, to, representation.size());
        }
    }

    private static void swap(long from, long to, int size) {
        switch (size) {
            case 1 -> Memory.putByte(to, Memory.getByte(from));
            case 2 -> Memory.putShort(to, Short.reverseBytes(Memory.getShort(from)));
            case 4 -> Memory.putInt(to, Integer.reverseBytes(Memory.getInt(from)));
            case 8 -> Memory.putLong(to, Long.reverseBytes(Memory.getLong(from)));
            default -> {
                long first = Memory.getLong(from);
                long second = Memory.getLong(from + 8);
                Memory.putLong(to, Long.reverseBytes(second));
                Memory.putLong(to + 8, Long.reverseBytes(first));
            }
        }
    }

    private static void putInteger(long to, int size, long value) {
        for (int i = size - 1; i >= 0; i--) {
            Memory.putByte(to + i, (byte) value);
            value >>= 8;
        }
    }

    /** A big-endian unsigned integer of at most 8 bytes. */
    private static long getInteger(long from, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | Memory.getByte(from + i) & 0xff;
        }
        return value;
    }

    private External32() {}
}
