package flotilla.elf.debug;

import flotilla.elf.Cursor;
import flotilla.elf.ElfException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The line number program of one compilation unit (DWARF 5, section 6.2; versions 2 to 4 differ in the header). */
final class LineProgram {
    private static final int DW_LNCT_PATH = 1;
    private static final int DW_LNCT_DIRECTORY_INDEX = 2;

    /** Sections that names may lie in; each may be null. */
    record Strings(String file, ByteBuffer lineStrings, ByteBuffer strings) {
        String get(ByteBuffer section, long offset) {
            if (section == null) {
                throw ElfException.damaged(file, "a name refers to a section of names that is not there");
            }
            return new Cursor(file, section, offset).string();
        }
    }

    private record FileName(String name, long folder) {}

    private final Cursor cursor;
    private final Strings strings;
    private final int end;
    private final int version;
    private final int offsetSize;
    private int minimumLength;
    private boolean known;
    private int lineBase;
    private int lineRange;
    private int opcodeBase;
    private int[] operandCounts;
    private final List<String> folders = new ArrayList<>();
    private final List<FileName> files = new ArrayList<>();

    /** Reads the header at the cursor, which is then at the first instruction. */
    LineProgram(Cursor cursor, Strings strings) {
        this.cursor = cursor;
        this.strings = strings;
        UnitExtent extent = UnitExtent.read(cursor, "a line table");
        offsetSize = extent.offsetSize();
        end = extent.end();
        version = cursor.u16();
        known = version >= 2 && version <= 5;
        if (known) {
            readHeader();
        }
    }

    /** Where the next table begins. */
    int end() {
        return end;
    }

    private void readHeader() {
        if (version >= 5) {
            cursor.skip(2); // sizes of addresses and of segment selectors
        }
        long headerLength = cursor.unsigned(offsetSize);
        int afterLength = cursor.position();
        minimumLength = cursor.u8();
        if (version >= 4) {
            cursor.skip(1); // operations per instruction, of VLIW machines
        }
        cursor.skip(1); // default_is_stmt
        lineBase = cursor.s8();
        lineRange = cursor.u8();
        opcodeBase = cursor.u8();
        if (lineRange == 0 || opcodeBase == 0) {
            throw cursor.damaged("a line table whose lines have no range");
        }
        operandCounts = new int[opcodeBase];
        for (int i = 1; i < opcodeBase; i++) {
            operandCounts[i] = cursor.u8();
        }
        if (version >= 5) {
            readEntries(true);
            readEntries(false);
        } else {
            readOldNames();
        }
        if (headerLength < 0) {
            throw cursor.damaged("a line table with a header of negative length");
        }
        cursor.move(afterLength + headerLength);
    }

    private void readOldNames() {
        folders.add(""); // that of the compilation
        for (String folder = cursor.string(); !folder.isEmpty(); folder = cursor.string()) {
            folders.add(folder);
        }
        files.add(new FileName("", 0)); // numbers begin with 1
        for (String name = cursor.string(); !name.isEmpty(); name = cursor.string()) {
            files.add(new FileName(name, cursor.uleb()));
            cursor.uleb();
            cursor.uleb();
        }
    }

    private void readEntries(boolean areFolders) {
        int formats = cursor.u8();
        long[] contents = new long[formats];
        long[] forms = new long[formats];
        for (int i = 0; i < formats; i++) {
            contents[i] = cursor.uleb();
            forms[i] = cursor.uleb();
        }
        long count = cursor.uleb();
        if (count < 0 || count > cursor.limit() - cursor.position() || count > 0 && formats == 0) {
            throw cursor.damaged("a line table with " + Long.toUnsignedString(count) + " names");
        }
        for (long i = 0; i < count; i++) {
            String name = "";
            long folder = 0;
            for (int j = 0; j < formats; j++) {
                if (contents[j] == DW_LNCT_PATH) {
                    name = readString(forms[j]);
                } else {
                    long value = readNumber(forms[j]);
                    folder = contents[j] == DW_LNCT_DIRECTORY_INDEX ? value : folder;
                }
            }
            if (areFolders) {
                folders.add(i == 0 ? "" : name); // the first is that of the compilation
            } else {
                files.add(new FileName(name, folder));
            }
        }
    }

    private String readString(long form) {
        return switch ((int) form) {
            case 0x08 -> cursor.string();
            case 0x1f -> strings.get(strings.lineStrings(), cursor.unsigned(offsetSize));
            case 0x0e -> strings.get(strings.strings(), cursor.unsigned(offsetSize));
            default -> {
                readNumber(form);
                yield "?";
            }
        };
    }

    private long readNumber(long form) {
        return switch ((int) form) {
            case 0x0b -> cursor.u8();
            case 0x05 -> cursor.u16();
            case 0x06 -> cursor.u32();
            case 0x07 -> cursor.u64();
            case 0x0f -> cursor.uleb();
            case 0x1e -> { // DW_FORM_data16, a checksum
                cursor.skip(16);
                yield 0;
            }
            case 0x09 -> {
                cursor.skip(cursor.uleb());
                yield 0;
            }
            case 0x08 -> {
                cursor.string();
                yield 0;
            }
            case 0x0e, 0x1f -> cursor.unsigned(offsetSize);
            default -> throw cursor.damaged("a line table with a name in form 0x" + Long.toHexString(form));
        };
    }

    // The machine.

    private long address;
    private long file;
    private long line;
    private long rowAddress;
    private long rowFile;
    private long rowLine;
    private boolean inSequence;
    /** The linker has left out this sequence's function, and put a number there that is no address. */
    private boolean dropped;

    private void reset() {
        address = 0;
        file = 1;
        line = 1;
        inSequence = false;
        dropped = false;
    }

    /** Executes the program; puts the lines of those of the {@code wanted} addresses (ascending) that it covers into {@code found}. */
    void run(long[] wanted, Map<Long, SourceLine> found) {
        if (!known) {
            return;
        }
        reset();
        while (cursor.position() < end) {
            int opcode = cursor.u8();
            if (opcode >= opcodeBase) {
                int adjusted = opcode - opcodeBase;
                address += (long) (adjusted / lineRange) * minimumLength;
                line += lineBase + adjusted % lineRange;
                row(wanted, found);
            } else if (opcode == 0) {
                extended(wanted, found);
            } else {
                standard(opcode, wanted, found);
            }
        }
    }

    private void extended(long[] wanted, Map<Long, SourceLine> found) {
        long length = cursor.uleb();
        int start = cursor.position();
        if (length == 0) {
            return;
        }
        cursor.skip(length);
        int next = cursor.position();
        cursor.move(start);
        switch (cursor.u8()) {
            case 1 -> { // DW_LNE_end_sequence
                row(wanted, found);
                reset();
            }
            case 2 -> { // DW_LNE_set_address
                address = cursor.unsigned((int) Math.min(length - 1, 99));
                dropped = address == 0 || address == -1;
            }
            default -> {
                // DW_LNE_set_discriminator and others: nothing that is asked for.
            }
        }
        cursor.move(next);
    }

    private void standard(int opcode, long[] wanted, Map<Long, SourceLine> found) {
        switch (opcode) {
            case 1 -> row(wanted, found); // DW_LNS_copy
            case 2 -> address += cursor.uleb() * minimumLength; // DW_LNS_advance_pc
            case 3 -> line += cursor.sleb(); // DW_LNS_advance_line
            case 4 -> file = cursor.uleb(); // DW_LNS_set_file
            case 8 -> address += (long) ((255 - opcodeBase) / lineRange) * minimumLength; // DW_LNS_const_add_pc
            case 9 -> address += cursor.u16(); // DW_LNS_fixed_advance_pc
            default -> {
                for (int i = 0; i < operandCounts[opcode]; i++) {
                    cursor.uleb();
                }
            }
        }
    }

    /** A row of the table: what went before it reaches to here. */
    private void row(long[] wanted, Map<Long, SourceLine> found) {
        if (inSequence && !dropped && address > rowAddress) {
            int first = Arrays.binarySearch(wanted, rowAddress);
            for (int i = first < 0 ? -first - 1 : first; i < wanted.length && wanted[i] < address; i++) {
                found.put(wanted[i], new SourceLine(fileName(), Math.max(0, rowLine)));
            }
        }
        inSequence = true;
        rowAddress = address;
        rowFile = file;
        rowLine = line;
    }

    private String fileName() {
        return fileName(rowFile);
    }

    /** A file of the table by its number, as DW_AT_decl_file names it, too. */
    String fileName(long number) {
        if (number < 0 || number >= files.size()) {
            return "?";
        }
        FileName name = files.get((int) number);
        String folder = name.folder() >= 0 && name.folder() < folders.size() ? folders.get((int) name.folder()) : "";
        return folder.isEmpty() || name.name().startsWith("/") ? name.name() : folder + "/" + name.name();
    }
}
