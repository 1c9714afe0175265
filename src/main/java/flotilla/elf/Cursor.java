package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the encodings of DWARF (DWARF 5, section 7) one after the other; running past the end is an {@link ElfException}. */
public final class Cursor {
    private final String file;
    private final ByteBuffer data;
    private int at;

    /**
     * @param file for messages
     * @param data is read from index 0 to its limit; its own position is left alone
     */
    public Cursor(String file, ByteBuffer data, long position) {
        this.file = file;
        this.data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        move(position);
    }

    public int position() {
        return at;
    }

    public int limit() {
        return data.limit();
    }

    public boolean atEnd() {
        return at >= data.limit();
    }

    public void move(long position) {
        if (position < 0 || position > data.limit()) {
            throw damaged("a reference to offset 0x" + Long.toHexString(position) + " leads outside of its section");
        }
        at = (int) position;
    }

    public void skip(long bytes) {
        if (bytes < 0 || bytes > data.limit() - at) {
            throw damaged("a piece of " + Long.toUnsignedString(bytes) + " bytes does not lie in its section");
        }
        at += (int) bytes;
    }

    private int take(int bytes) {
        int from = at;
        skip(bytes);
        return from;
    }

    public int u8() {
        return data.get(take(1)) & 0xff;
    }

    public int s8() {
        return data.get(take(1));
    }

    public int u16() {
        return data.getShort(take(2)) & 0xffff;
    }

    public int s16() {
        return data.getShort(take(2));
    }

    public long u32() {
        return data.getInt(take(4)) & 0xffff_ffffL;
    }

    public int s32() {
        return data.getInt(take(4));
    }

    public long u64() {
        return data.getLong(take(8));
    }

    /** An unsigned number of 1, 2, 3, 4 or 8 bytes. */
    public long unsigned(int bytes) {
        return switch (bytes) {
            case 1 -> u8();
            case 2 -> u16();
            case 3 -> u16() | (long) u8() << 16;
            case 4 -> u32();
            case 8 -> u64();
            default -> throw damaged("a number of " + bytes + " bytes");
        };
    }

    public long uleb() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int part = u8();
            if (shift < 64) {
                value |= (long) (part & 0x7f) << shift;
            }
            if ((part & 0x80) == 0) {
                return value;
            }
        }
    }

    public long sleb() {
        long value = 0;
        int shift = 0;
        int part;
        do {
            part = u8();
            if (shift < 64) {
                value |= (long) (part & 0x7f) << shift;
            }
            shift += 7;
        } while ((part & 0x80) != 0);
        return shift < 64 && (part & 0x40) != 0 ? value | -1L << shift : value;
    }

    /** A NUL-terminated string in UTF-8. */
    public String string() {
        int start = at;
        while (u8() != 0) {
            // To the terminator.
        }
        byte[] bytes = new byte[at - 1 - start];
        data.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public byte[] bytes(long count) {
        if (count < 0 || count > data.limit() - at) {
            throw damaged("a piece of " + Long.toUnsignedString(count) + " bytes does not lie in its section");
        }
        byte[] bytes = new byte[(int) count];
        data.get(take((int) count), bytes);
        return bytes;
    }

    public ElfException damaged(String what) {
        return ElfException.damaged(file, what);
    }
}
