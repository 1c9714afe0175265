package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A table of NUL-terminated strings that others name by offset. */
final class StringTable {
    private final String file;
    private final byte[] bytes;

    StringTable(String file, ByteBuffer table) {
        this.file = file;
        this.bytes = new byte[table.remaining()];
        table.get(this.bytes);
    }

    /** The string at {@code offset}, unsigned; {@code what} names its owner when there is none. */
    String get(long offset, String what) {
        int start = check(offset, what);
        int end = start;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        if (end == bytes.length) {
            throw ElfException.damaged(file, what + " has a name that runs past the end of the string table");
        }
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /** Whether the string at {@code offset} is {@code name}. False for an offset outside the table. */
    boolean equals(long offset, byte[] name) {
        if (offset < 0 || offset + name.length >= bytes.length) {
            return false;
        }
        int start = (int) offset;
        for (int i = 0; i < name.length; i++) {
            if (bytes[start + i] != name[i]) {
                return false;
            }
        }
        return bytes[start + name.length] == 0;
    }

    private int check(long offset, String what) {
        if (offset < 0 || offset >= bytes.length) {
            throw ElfException.damaged(file, what + " has a name at offset 0x" + Long.toHexString(offset)
                    + ", outside the string table of " + bytes.length + " bytes");
        }
        return (int) offset;
    }
}
