package flotilla.elf;

import java.nio.charset.StandardCharsets;

/** A name to look up, with its bytes and hash computed once for all the tables it is looked up in. */
public final class SymbolName {
    private final String text;
    private final byte[] bytes;
    private final int gnuHash;

    public SymbolName(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.gnuHash = gnuHash(bytes);
    }

    /** The hash of DT_GNU_HASH: h * 33 + c from 5381, modulo 2^32. */
    static int gnuHash(byte[] name) {
        int h = 5381;
        for (byte c : name) {
            h = h * 33 + (c & 0xff);
        }
        return h;
    }

    /** The hash of DT_HASH (gABI, "Hash Table"). */
    static int sysvHash(byte[] name) {
        int h = 0;
        for (byte c : name) {
            h = (h << 4) + (c & 0xff);
            int g = h & 0xf0000000;
            h = (h ^ (g >>> 24)) & ~g;
        }
        return h;
    }

    public String text() {
        return text;
    }

    byte[] bytes() {
        return bytes;
    }

    int gnuHash() {
        return gnuHash;
    }

    int sysvHash() {
        return sysvHash(bytes);
    }

    @Override
    public String toString() {
        return text;
    }
}
