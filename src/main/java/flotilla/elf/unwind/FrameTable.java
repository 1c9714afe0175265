package flotilla.elf.unwind;

import flotilla.elf.Cursor;
import flotilla.elf.Elf;
import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import flotilla.elf.Segment;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The call frame information of one image: {@code .eh_frame}, found through the sorted table in {@code .eh_frame_hdr}.
 * Addresses are those of the file. Not thread-safe.
 */
public final class FrameTable {
    /** Entries of the sorted table as all linkers write them: two signed 4-byte numbers relative to the header. */
    private static final int TABLE_ENCODING = 0x3b;
    private static final int OMITTED = 0xff;
    private static final int INDIRECT = 0x80;

    private final String file;
    /** The segment that the header and {@code .eh_frame} lie in. */
    private final ByteBuffer bytes;
    private final long base;
    private final long header;
    private final int table;
    private final int count;
    private final Map<Integer, Cie> cies = new HashMap<>();
    private final Map<Long, FrameRules> known = new HashMap<>();

    /** Common information entry: what several functions share. */
    private record Cie(long codeAlignment, long dataAlignment, int returnRegister, int encoding, boolean augmented,
            boolean signalFrame, int code, int end) {}

    private FrameTable(String file, ByteBuffer bytes, long base, long header, int table, int count) {
        this.file = file;
        this.bytes = bytes;
        this.base = base;
        this.header = header;
        this.table = table;
        this.count = count;
    }

    /**
     * Reads the table of an image whose file is open.
     *
     * @return the table, or null when the image has none
     * @throws ElfException when it is damaged
     */
    public static FrameTable of(ElfFile image) {
        Segment segment = image.segment(Elf.PT_GNU_EH_FRAME);
        if (segment == null) {
            return null;
        }
        Segment load = image.loadAt(segment.vaddr(), 12);
        if (load == null) {
            throw ElfException.damaged(image.path().toString(), "the table of call frames lies outside of the image");
        }
        String file = image.path().toString();
        ByteBuffer bytes = image.contents(load.offset(), load.fileSize());
        var cursor = new Cursor(file, bytes, segment.vaddr() - load.vaddr());
        int version = cursor.u8();
        int frameEncoding = cursor.u8();
        int countEncoding = cursor.u8();
        int tableEncoding = cursor.u8();
        if (version != 1 || tableEncoding != TABLE_ENCODING || countEncoding == OMITTED) {
            return null;
        }
        var table = new FrameTable(file, bytes, load.vaddr(), segment.vaddr(), 0, 0);
        table.pointer(cursor, frameEncoding);
        long count = table.pointer(cursor, countEncoding);
        if (count < 0 || count > (cursor.limit() - cursor.position()) / 8) {
            throw cursor.damaged("the table of call frames claims " + Long.toUnsignedString(count) + " entries");
        }
        return new FrameTable(file, bytes, load.vaddr(), segment.vaddr(), cursor.position(), (int) count);
    }

    /**
     * The rules for the instruction at {@code vaddr}.
     *
     * @return null when no function is known there
     * @throws ElfException when the entry is damaged
     */
    public FrameRules at(long vaddr) {
        FrameRules rules = known.get(vaddr);
        if (rules == null && !known.containsKey(vaddr)) {
            rules = find(vaddr);
            known.put(vaddr, rules);
        }
        return rules;
    }

    private FrameRules find(long vaddr) {
        var cursor = new Cursor(file, bytes, 0);
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            cursor.move(table + 8L * middle);
            if (header + cursor.s32() <= vaddr) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        if (high < 0) {
            return null;
        }
        cursor.move(table + 8L * high + 4);
        return description(header + cursor.s32() - base, vaddr);
    }

    /** Reads the frame description entry at an index of {@link #bytes}. */
    private FrameRules description(long at, long vaddr) {
        var cursor = new Cursor(file, bytes, at);
        int end = length(cursor);
        int here = cursor.position();
        long distance = cursor.u32();
        if (distance == 0) {
            return null; // the entry is no function's
        }
        Cie cie = cie(here - distance);
        long start = pointer(cursor, cie.encoding());
        long size = pointer(cursor, cie.encoding() & 0x0f);
        if (vaddr < start || vaddr - start >= size) {
            return null;
        }
        if (cie.augmented()) {
            cursor.skip(cursor.uleb());
        }
        var program = new FrameProgram(file, bytes, cie.codeAlignment(), cie.dataAlignment(),
                (position, cursorAt) -> pointer(cursorAt, cie.encoding()));
        program.run(cie.code(), cie.end(), Long.MAX_VALUE, start);
        program.keepInitial();
        program.run(cursor.position(), end, vaddr, start);
        return program.rules(cie.returnRegister(), cie.signalFrame());
    }

    /** Reads the length of an entry; answers where the entry ends. */
    private static int length(Cursor cursor) {
        long length = cursor.u32();
        if (length == 0xffff_ffffL) {
            throw cursor.damaged("a call frame entry in the 64-bit format");
        }
        long end = cursor.position() + length;
        if (length < 4 || end > cursor.limit()) {
            throw cursor.damaged("a call frame entry of " + length + " bytes");
        }
        return (int) end;
    }

    private Cie cie(long at) {
        Cie known = cies.get((int) at);
        if (known != null) {
            return known;
        }
        var cursor = new Cursor(file, bytes, at);
        int end = length(cursor);
        if (cursor.u32() != 0) {
            throw cursor.damaged("a call frame entry refers to one that is not common to several");
        }
        int version = cursor.u8();
        String augmentation = cursor.string();
        if (version != 1 && version != 3) {
            throw cursor.damaged("call frame information of version " + version);
        }
        long codeAlignment = cursor.uleb();
        long dataAlignment = cursor.sleb();
        long returnRegister = version == 1 ? cursor.u8() : cursor.uleb();
        if (returnRegister < 0 || returnRegister >= Registers.COUNT) {
            throw cursor.damaged("return addresses in register " + returnRegister);
        }
        boolean augmented = augmentation.startsWith("z");
        boolean signalFrame = false;
        int encoding = 0;
        int code = cursor.position();
        if (augmented) {
            long length = cursor.uleb();
            code = cursor.position();
            cursor.skip(length);
            int after = cursor.position();
            cursor.move(code);
            code = after;
            for (char letter : augmentation.substring(1).toCharArray()) {
                switch (letter) {
                    case 'R' -> encoding = cursor.u8();
                    case 'P' -> pointer(cursor, cursor.u8());
                    case 'L' -> cursor.u8();
                    case 'S' -> signalFrame = true;
                    case 'B' -> {
                        // Pointer authentication, of other machines.
                    }
                    default -> throw cursor.damaged("call frame information with augmentation " + letter);
                }
            }
        } else if (!augmentation.isEmpty()) {
            throw cursor.damaged("call frame information with augmentation " + augmentation);
        }
        var cie = new Cie(codeAlignment, dataAlignment, (int) returnRegister, encoding, augmented, signalFrame, code, end);
        cies.put((int) at, cie);
        return cie;
    }

    /** Reads an encoded pointer (LSB Core 5.0, section 10.5.1); an indirect one is left as it is. */
    private long pointer(Cursor cursor, int encoding) {
        if (encoding == OMITTED) {
            return 0;
        }
        long here = base + cursor.position();
        long value = switch (encoding & 0x0f) {
            case 0x00, 0x04, 0x0c -> cursor.u64();
            case 0x01 -> cursor.uleb();
            case 0x02 -> cursor.u16();
            case 0x03 -> cursor.u32();
            case 0x09 -> cursor.sleb();
            case 0x0a -> cursor.s16();
            case 0x0b -> cursor.s32();
            default -> throw cursor.damaged("a pointer with encoding 0x" + Integer.toHexString(encoding));
        };
        return switch (encoding & 0x70) {
            case 0x00 -> value;
            case 0x10 -> here + value;
            case 0x30 -> header + value;
            default -> (encoding & INDIRECT) != 0 ? 0 : throwUnknown(cursor, encoding);
        };
    }

    private static long throwUnknown(Cursor cursor, int encoding) {
        throw cursor.damaged("a pointer with encoding 0x" + Integer.toHexString(encoding));
    }
}
