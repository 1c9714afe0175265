package flotilla.elf.debug;

import flotilla.elf.Cursor;
import flotilla.elf.ElfException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds where variables are defined, in the entries of {@code .debug_info} (DWARF 5, sections 3.1, 4.1 and 7.5; versions 2 to 4
 * differ little): those of variables and COMMON blocks whose location is one address.
 */
public final class VariableLines {
    private static final int DW_TAG_COMMON_BLOCK = 0x1a;
    private static final int DW_TAG_VARIABLE = 0x34;
    private static final int DW_AT_LOCATION = 0x02;
    private static final int DW_AT_STMT_LIST = 0x10;
    private static final int DW_AT_DECL_FILE = 0x3a;
    private static final int DW_AT_DECL_LINE = 0x3b;
    private static final int DW_AT_SPECIFICATION = 0x47;
    private static final int DW_AT_ADDR_BASE = 0x73;
    private static final int DW_OP_ADDR = 0x03;
    private static final int DW_OP_ADDRX = 0xa1;
    private static final long NONE = -1;

    /** What is of interest of an entry; {@link #NONE} where it does not say. */
    private static final class Entry {
        long address = NONE;
        long file = NONE;
        long line = NONE;
        long specification = NONE;
        long lines = NONE;
    }

    private final String name;
    private final Sections sections;
    private final ByteBuffer info;
    private final ByteBuffer abbreviations;
    private final ByteBuffer addresses;
    private final Set<Long> wanted;
    private final Map<Long, SourceLine> found;

    // The unit that is being read.
    private long unit;
    private int version;
    private int offsetSize;
    private int addressSize;
    private long addressBase;
    private Abbreviations kinds;

    private VariableLines(Sections sections, Set<Long> wanted, Map<Long, SourceLine> found) {
        this.name = sections.file();
        this.sections = sections;
        this.info = sections.find(".debug_info");
        this.abbreviations = sections.find(".debug_abbrev");
        this.addresses = sections.find(".debug_addr");
        this.wanted = wanted;
        this.found = found;
    }

    /**
     * Where the variables at some addresses (of the file) are defined.
     *
     * @return lines of those for which there are any; empty for a file without debug information, or with damaged one
     */
    public static Map<Long, SourceLine> find(Path file, Collection<Long> addresses) {
        Map<Long, SourceLine> found = new HashMap<>();
        try (var sections = new Sections(file)) {
            var lines = new VariableLines(sections, new HashSet<>(addresses), found);
            if (lines.info != null && lines.abbreviations != null) {
                lines.read();
            }
        } catch (ElfException e) {
            // What was found before is right.
        }
        return found;
    }

    private void read() {
        var cursor = new Cursor(name, info, 0);
        while (!cursor.atEnd() && found.size() < wanted.size()) {
            unit = cursor.position();
            UnitExtent extent = UnitExtent.read(cursor, "a unit");
            offsetSize = extent.offsetSize();
            int end = extent.end();
            if (readHeader(cursor)) {
                readUnit(cursor, end);
            }
            cursor.move(end);
        }
    }

    /** Answers whether the unit is one that has variables. */
    private boolean readHeader(Cursor cursor) {
        version = cursor.u16();
        if (version < 2 || version > 5) {
            return false;
        }
        int type = 1;
        if (version == 5) {
            type = cursor.u8();
            addressSize = cursor.u8();
        }
        long table = cursor.unsigned(offsetSize);
        if (version < 5) {
            addressSize = cursor.u8();
        }
        if (type != 1) { // DW_UT_compile; others are of types, or refer to files that are not here
            return false;
        }
        kinds = new Abbreviations(new Cursor(name, abbreviations, table));
        addressBase = version == 5 ? 2L * offsetSize : 0;
        return true;
    }

    private void readUnit(Cursor cursor, int end) {
        LineProgram files = null;
        boolean first = true;
        while (cursor.position() < end) {
            long code = cursor.uleb();
            if (code == 0) {
                continue;
            }
            Abbreviations.Kind kind = kinds.get(code);
            if (kind == null) {
                throw cursor.damaged("an entry of unknown kind " + code);
            }
            Entry entry = readEntry(cursor, kind);
            if (first) {
                first = false;
                files = entry.lines == NONE ? null : fileTable(entry.lines);
            } else if ((kind.tag() == DW_TAG_VARIABLE || kind.tag() == DW_TAG_COMMON_BLOCK) && entry.address != NONE
                    && wanted.contains(entry.address)) {
                complete(entry);
                if (entry.line != NONE && files != null) {
                    found.putIfAbsent(entry.address, new SourceLine(files.fileName(entry.file), entry.line));
                }
            }
        }
    }

    private LineProgram fileTable(long offset) {
        ByteBuffer lines = sections.find(".debug_line");
        return lines == null ? null : new LineProgram(new Cursor(name, lines, offset),
                new LineProgram.Strings(name, sections.find(".debug_line_str"), sections.find(".debug_str")));
    }

    /** The definition of a static member of a C++ class leaves to the declaration what is the same there. */
    private void complete(Entry entry) {
        if (entry.specification == NONE || entry.file != NONE && entry.line != NONE) {
            return;
        }
        var cursor = new Cursor(name, info, entry.specification);
        Abbreviations.Kind kind = kinds.get(cursor.uleb());
        if (kind != null) {
            Entry declaration = readEntry(cursor, kind);
            entry.file = entry.file == NONE ? declaration.file : entry.file;
            entry.line = entry.line == NONE ? declaration.line : entry.line;
        }
    }

    private Entry readEntry(Cursor cursor, Abbreviations.Kind kind) {
        var entry = new Entry();
        for (Abbreviations.Attribute attribute : kind.attributes()) {
            if (attribute.name() == DW_AT_LOCATION) {
                entry.address = location(cursor, attribute.form());
                continue;
            }
            long value = value(cursor, attribute.form(), attribute.constant());
            switch (attribute.name()) {
                case DW_AT_DECL_FILE -> entry.file = value;
                case DW_AT_DECL_LINE -> entry.line = value;
                case DW_AT_SPECIFICATION -> entry.specification = value;
                case DW_AT_STMT_LIST -> entry.lines = value;
                case DW_AT_ADDR_BASE -> addressBase = value;
                default -> {
                    // Nothing that is asked for.
                }
            }
        }
        return entry;
    }

    /** The address that a location is, or {@link #NONE} where it is anything else. */
    private long location(Cursor cursor, int form) {
        long length = switch (form) {
            case 0x03 -> cursor.u16(); // DW_FORM_block2
            case 0x04 -> cursor.u32(); // DW_FORM_block4
            case 0x09, 0x18 -> cursor.uleb(); // DW_FORM_block, DW_FORM_exprloc
            case 0x0a -> cursor.u8(); // DW_FORM_block1
            default -> {
                value(cursor, form, 0); // a list of locations
                yield 0;
            }
        };
        int start = cursor.position();
        cursor.skip(length);
        int end = cursor.position();
        if (length == 0) {
            return NONE;
        }
        cursor.move(start);
        long address = NONE;
        int operation = cursor.u8();
        if (operation == DW_OP_ADDR && length == 1 + addressSize) {
            address = cursor.unsigned(addressSize);
        } else if (operation == DW_OP_ADDRX && addresses != null) {
            long index = cursor.uleb();
            if (cursor.position() == end && index >= 0 && index < addresses.limit()) {
                address = new Cursor(name, addresses, addressBase + index * addressSize).unsigned(addressSize);
            }
        }
        cursor.move(end);
        return address;
    }

    /** The value of an attribute as a number, references as offsets in the section; 0 for what is none. */
    private long value(Cursor cursor, int form, long constant) {
        switch (form) {
            case 0x01: // DW_FORM_addr
                return cursor.unsigned(addressSize);
            case 0x0b: // DW_FORM_data1
            case 0x0c: // DW_FORM_flag
            case 0x25: // DW_FORM_strx1
            case 0x29: // DW_FORM_addrx1
                return cursor.u8();
            case 0x05: // DW_FORM_data2
            case 0x26: // DW_FORM_strx2
            case 0x2a: // DW_FORM_addrx2
                return cursor.u16();
            case 0x27: // DW_FORM_strx3
            case 0x2b: // DW_FORM_addrx3
                return cursor.unsigned(3);
            case 0x06: // DW_FORM_data4
            case 0x1c: // DW_FORM_ref_sup4
            case 0x28: // DW_FORM_strx4
            case 0x2c: // DW_FORM_addrx4
                return cursor.u32();
            case 0x07: // DW_FORM_data8
            case 0x20: // DW_FORM_ref_sig8
            case 0x24: // DW_FORM_ref_sup8
                return cursor.u64();
            case 0x1e: // DW_FORM_data16
                cursor.skip(16);
                return 0;
            case 0x0d: // DW_FORM_sdata
                return cursor.sleb();
            case 0x0f: // DW_FORM_udata
            case 0x1a: // DW_FORM_strx
            case 0x1b: // DW_FORM_addrx
            case 0x22: // DW_FORM_loclistx
            case 0x23: // DW_FORM_rnglistx
                return cursor.uleb();
            case 0x08: // DW_FORM_string
                cursor.string();
                return 0;
            case 0x0e: // DW_FORM_strp
            case 0x17: // DW_FORM_sec_offset
            case 0x1d: // DW_FORM_strp_sup
            case 0x1f: // DW_FORM_line_strp
                return cursor.unsigned(offsetSize);
            case 0x10: // DW_FORM_ref_addr: DWARF 2 has an address there
                return cursor.unsigned(version == 2 ? addressSize : offsetSize);
            case 0x11: // DW_FORM_ref1
                return unit + cursor.u8();
            case 0x12: // DW_FORM_ref2
                return unit + cursor.u16();
            case 0x13: // DW_FORM_ref4
                return unit + cursor.u32();
            case 0x14: // DW_FORM_ref8
                return unit + cursor.u64();
            case 0x15: // DW_FORM_ref_udata
                return unit + cursor.uleb();
            case 0x16: // DW_FORM_indirect
                int actual = (int) cursor.uleb();
                if (actual == form) {
                    throw cursor.damaged("an attribute that is indirect twice");
                }
                return value(cursor, actual, constant);
            case 0x19: // DW_FORM_flag_present
                return 1;
            case 0x21: // DW_FORM_implicit_const
                return constant;
            case 0x03: // DW_FORM_block2
                cursor.skip(cursor.u16());
                return 0;
            case 0x04: // DW_FORM_block4
                cursor.skip(cursor.u32());
                return 0;
            case 0x09: // DW_FORM_block
            case 0x18: // DW_FORM_exprloc
                cursor.skip(cursor.uleb());
                return 0;
            case 0x0a: // DW_FORM_block1
                cursor.skip(cursor.u8());
                return 0;
            default:
                throw cursor.damaged("an attribute in form 0x" + Integer.toHexString(form));
        }
    }
}
