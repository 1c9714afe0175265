package flotilla.elf.debug;

import flotilla.elf.Elf;
import flotilla.elf.ElfException;
import flotilla.elf.FileBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The sections of an ELF file by name, unpacked where they are compressed with zlib (gABI, "Section Compression"). */
final class Sections implements AutoCloseable {
    private static final int MOST_SECTIONS = 1 << 16;
    private static final int SHT_NOBITS = 8;
    private static final long SHF_COMPRESSED = 0x800;
    private static final int CHDR_SIZE = 24;
    private static final int ELFCOMPRESS_ZLIB = 1;
    private static final long LARGEST = 1L << 30;

    private final FileBytes bytes;
    private final ByteBuffer headers;
    private final int count;
    private final ByteBuffer names;

    /** @throws ElfException when the file cannot be read or is no ELF file with sections */
    Sections(Path path) {
        bytes = FileBytes.open(path);
        try {
            ByteBuffer header = bytes.read(0, Elf.EHDR_SIZE, "the ELF header");
            if (header.getInt(0) != 0x464c457f) {
                throw ElfException.damaged(bytes.name(), "no ELF file");
            }
            count = header.getShort(60) & 0xffff;
            int namesIndex = header.getShort(62) & 0xffff;
            if (header.getShort(58) != Elf.SHDR_SIZE || count == 0 || count > MOST_SECTIONS || namesIndex >= count) {
                throw ElfException.damaged(bytes.name(), "no sections");
            }
            headers = bytes.read(header.getLong(40), (long) count * Elf.SHDR_SIZE, "the section header table");
            names = contents(namesIndex);
        } catch (Throwable e) {
            bytes.close();
            throw e;
        }
    }

    String file() {
        return bytes.name();
    }

    /** The contents of the first section of that name, or null when there is none with contents. */
    ByteBuffer find(String name) {
        byte[] wanted = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < count; i++) {
            int at = i * Elf.SHDR_SIZE;
            if (headers.getInt(at + 4) != SHT_NOBITS && isName(headers.getInt(at), wanted)) {
                return contents(i);
            }
        }
        return null;
    }

    private boolean isName(int offset, byte[] wanted) {
        if (offset < 0 || offset > names.limit() - wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (names.get(offset + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private ByteBuffer contents(int index) {
        int at = index * Elf.SHDR_SIZE;
        ByteBuffer raw = bytes.read(headers.getLong(at + 24), headers.getLong(at + 32), "section " + index);
        return (headers.getLong(at + 8) & SHF_COMPRESSED) == 0 ? raw : unpack(raw, index);
    }

    private ByteBuffer unpack(ByteBuffer raw, int index) {
        if (raw.limit() < CHDR_SIZE) {
            throw ElfException.damaged(bytes.name(), "section " + index + " is too short to be compressed");
        }
        int type = raw.getInt(0);
        long size = raw.getLong(8);
        if (type != ELFCOMPRESS_ZLIB) {
            throw new ElfException(bytes.name(), "debug information is compressed with "
                    + (type == 2 ? "zstd" : "method " + type) + ", which is not supported", "use -gz=zlib or -gz=none");
        }
        // No data shrinks to less than a thousandth.
        if (size < 0 || size > LARGEST || size / 1100 > raw.limit()) {
            throw ElfException.damaged(bytes.name(), "section " + index + " claims to unpack to " + size + " bytes");
        }
        var inflater = new Inflater();
        try {
            inflater.setInput(raw.array(), raw.arrayOffset() + CHDR_SIZE, raw.limit() - CHDR_SIZE);
            byte[] unpacked = new byte[(int) size];
            int done = 0;
            while (done < unpacked.length) {
                int more = inflater.inflate(unpacked, done, unpacked.length - done);
                if (more == 0) {
                    throw ElfException.damaged(bytes.name(), "section " + index + " unpacks to less than it claims");
                }
                done += more;
            }
            return ByteBuffer.wrap(unpacked).order(ByteOrder.LITTLE_ENDIAN);
        } catch (DataFormatException e) {
            throw ElfException.damaged(bytes.name(), "section " + index + " cannot be unpacked");
        } finally {
            inflater.end();
        }
    }

    @Override
    public void close() {
        bytes.close();
    }
}
