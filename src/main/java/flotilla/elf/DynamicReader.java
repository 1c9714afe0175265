package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the dynamic section and the tables that its tags locate by address. */
final class DynamicReader {
    private static final int MAX_TAGS = 1 << 16;
    private static final int VER_FLG_BASE = 1;
    private static final int VER_FLG_WEAK = 2;

    private final FileBytes bytes;
    private final HeaderReader header;
    private final Map<Long, Long> tags = new HashMap<>();
    private final ArrayList<Long> neededOffsets = new ArrayList<>();

    DynamicReader(HeaderReader header) {
        this.header = header;
        this.bytes = header.bytes;
    }

    DynamicSection read() {
        var section = new DynamicSection();
        Segment segment = header.segments.stream().filter(s -> s.type() == Elf.PT_DYNAMIC).findFirst().orElse(null);
        if (segment == null) {
            section.symbols = new SymbolTable(empty(), new StringTable(bytes.name(), empty()), new HashTable.None());
            return section;
        }
        section.present = true;
        readTags(segment);
        var strings = new StringTable(bytes.name(),
                tags.containsKey((long) Elf.DT_STRTAB)
                        ? at(tag(Elf.DT_STRTAB), tag(Elf.DT_STRSZ), "the dynamic string table") : empty());
        section.stringTable = tag(Elf.DT_STRTAB);
        section.needed = neededOffsets.stream().map(offset -> strings.get(offset, "DT_NEEDED")).toList();
        section.soname = string(strings, Elf.DT_SONAME, "DT_SONAME");
        section.rpath = string(strings, Elf.DT_RPATH, "DT_RPATH");
        section.runpath = string(strings, Elf.DT_RUNPATH, "DT_RUNPATH");
        section.flags = tag(Elf.DT_FLAGS)
                | (tags.containsKey((long) Elf.DT_SYMBOLIC) ? Elf.DF_SYMBOLIC : 0)
                | (tags.containsKey((long) Elf.DT_BIND_NOW) ? Elf.DF_BIND_NOW : 0)
                | (tags.containsKey((long) Elf.DT_TEXTREL) ? Elf.DF_TEXTREL : 0);
        section.flags1 = tag(Elf.DT_FLAGS_1);
        section.rela = readRelocations(Elf.DT_RELA, tag(Elf.DT_RELASZ), "DT_RELA");
        if (tag(Elf.DT_PLTRELSZ) != 0 && tag(Elf.DT_PLTREL) != Elf.DT_RELA || tags.containsKey((long) Elf.DT_REL)) {
            throw ElfException.damaged(bytes.name(), "has relocations without addends, which x86-64 does not use");
        }
        section.jmprel = readRelocations(Elf.DT_JMPREL, tag(Elf.DT_PLTRELSZ), "DT_JMPREL");
        section.relr = readRelr();
        HashTable hash = readHash();
        section.symbols = readSymbols(section, strings, hash);
        section.versions = readVersions(section.symbols.count(), strings);
        section.init = function(Elf.DT_INIT, "DT_INIT");
        section.fini = function(Elf.DT_FINI, "DT_FINI");
        section.preinitArray = array(Elf.DT_PREINIT_ARRAY, Elf.DT_PREINIT_ARRAYSZ, "DT_PREINIT_ARRAY");
        section.initArray = array(Elf.DT_INIT_ARRAY, Elf.DT_INIT_ARRAYSZ, "DT_INIT_ARRAY");
        section.finiArray = array(Elf.DT_FINI_ARRAY, Elf.DT_FINI_ARRAYSZ, "DT_FINI_ARRAY");
        return section;
    }

    private void readTags(Segment segment) {
        if (segment.fileSize() / Elf.DYN_SIZE > MAX_TAGS) {
            throw ElfException.damaged(bytes.name(), "has a dynamic section of impossible size");
        }
        ByteBuffer table = bytes.read(segment.offset(), segment.fileSize(), "the dynamic section");
        for (int at = 0; at + Elf.DYN_SIZE <= table.limit(); at += Elf.DYN_SIZE) {
            long tag = table.getLong(at);
            long value = table.getLong(at + 8);
            if (tag == Elf.DT_NULL) {
                return;
            }
            if (tag == Elf.DT_NEEDED) {
                neededOffsets.add(value);
            } else {
                tags.put(tag, value);
            }
        }
    }

    private RelocationTable readRelocations(int tag, long size, String what) {
        if (!tags.containsKey((long) tag) || size == 0) {
            return RelocationTable.EMPTY;
        }
        if (size % Elf.RELA_SIZE != 0
                || tags.getOrDefault((long) Elf.DT_RELAENT, (long) Elf.RELA_SIZE) != Elf.RELA_SIZE) {
            throw ElfException.damaged(bytes.name(), what + " has records of another size than " + Elf.RELA_SIZE);
        }
        return new RelocationTable(at(tag(tag), size, what));
    }

    /**
     * Unpacks DT_RELR: an even word is an address; an odd one says by its bits which of the next 63 words after it are
     * relocated too.
     */
    private long[] readRelr() {
        long size = tag(Elf.DT_RELRSZ);
        if (!tags.containsKey((long) Elf.DT_RELR) || size == 0) {
            return new long[0];
        }
        if (size % 8 != 0 || tags.getOrDefault((long) Elf.DT_RELRENT, 8L) != 8) {
            throw ElfException.damaged(bytes.name(), "DT_RELR has entries of another size than 8");
        }
        ByteBuffer words = at(tag(Elf.DT_RELR), size, "DT_RELR");
        var offsets = new long[64];
        int count = 0;
        long next = 0;
        for (int at = 0; at < words.limit(); at += 8) {
            long word = words.getLong(at);
            if (count + 64 > offsets.length) {
                offsets = Arrays.copyOf(offsets, offsets.length * 2);
            }
            if ((word & 1) == 0) {
                offsets[count++] = word;
                next = word + 8;
            } else {
                for (int bit = 1; bit < 64; bit++) {
                    if ((word >>> bit & 1) != 0) {
                        offsets[count++] = next + (bit - 1) * 8L;
                    }
                }
                next += 63 * 8;
            }
        }
        return Arrays.copyOf(offsets, count);
    }

    private HashTable readHash() {
        if (tags.containsKey((long) Elf.DT_GNU_HASH)) {
            return new HashTable.Gnu(bytes.name(), from(tag(Elf.DT_GNU_HASH), "DT_GNU_HASH"));
        }
        if (tags.containsKey((long) Elf.DT_HASH)) {
            return new HashTable.SysV(bytes.name(), from(tag(Elf.DT_HASH), "DT_HASH"));
        }
        return new HashTable.None();
    }

    private SymbolTable readSymbols(DynamicSection section, StringTable strings, HashTable hash) {
        // Nothing says how long the table is: hash tables need not know of symbols that are only referred to.
        long count = Math.max(hash.symbolCount(), Math.max(symbolsUsed(section.rela), symbolsUsed(section.jmprel)));
        if (count == 0 || !tags.containsKey((long) Elf.DT_SYMTAB)) {
            if (symbolsUsed(section.rela) > 1 || symbolsUsed(section.jmprel) > 1) {
                throw ElfException.damaged(bytes.name(), "has relocations against symbols but no symbol table");
            }
            return new SymbolTable(empty(), strings, new HashTable.None());
        }
        if (tags.getOrDefault((long) Elf.DT_SYMENT, (long) Elf.SYM_SIZE) != Elf.SYM_SIZE) {
            throw ElfException.damaged(bytes.name(), "has symbols of another size than " + Elf.SYM_SIZE);
        }
        return new SymbolTable(at(tag(Elf.DT_SYMTAB), count * Elf.SYM_SIZE, "the dynamic symbol table"), strings, hash);
    }

    private static long symbolsUsed(RelocationTable table) {
        long most = 0;
        for (int i = 0; i < table.count(); i++) {
            most = Math.max(most, (table.symbol(i) & 0xffff_ffffL) + 1);
        }
        return most;
    }

    private SymbolVersions readVersions(int symbolCount, StringTable strings) {
        short[] indices = null;
        if (tags.containsKey((long) Elf.DT_VERSYM) && symbolCount > 0) {
            indices = new short[symbolCount];
            at(tag(Elf.DT_VERSYM), symbolCount * 2L, "DT_VERSYM").asShortBuffer().get(indices);
        }
        return new SymbolVersions(indices, readDefinitions(strings), readNeeds(strings));
    }

    /** Elf64_Verdef: version, flags, index, count, hash, aux, next; Elf64_Verdaux: name, next. */
    private Map<Integer, String> readDefinitions(StringTable strings) {
        var definitions = new HashMap<Integer, String>();
        if (!tags.containsKey((long) Elf.DT_VERDEF)) {
            return definitions;
        }
        ByteBuffer table = from(tag(Elf.DT_VERDEF), "DT_VERDEF");
        long at = 0;
        for (long left = tag(Elf.DT_VERDEFNUM); left != 0; left--) {
            check(table, at, 20, "DT_VERDEF");
            int base = (int) at;
            int flags = table.getShort(base + 2) & 0xffff;
            int index = table.getShort(base + 4) & 0x7fff;
            long aux = at + (table.getInt(base + 12) & 0xffff_ffffL);
            check(table, aux, 8, "DT_VERDEF");
            if ((flags & VER_FLG_BASE) == 0) {
                definitions.put(index, strings.get(table.getInt((int) aux) & 0xffff_ffffL, "a version definition"));
            }
            long next = table.getInt(base + 16) & 0xffff_ffffL;
            if (next == 0) {
                break;
            }
            at += next;
        }
        return definitions;
    }

    /** Elf64_Verneed: version, count, file, aux, next; Elf64_Vernaux: hash, flags, other, name, next. */
    private Map<Integer, SymbolVersions.Need> readNeeds(StringTable strings) {
        var needs = new LinkedHashMap<Integer, SymbolVersions.Need>();
        if (!tags.containsKey((long) Elf.DT_VERNEED)) {
            return needs;
        }
        ByteBuffer table = from(tag(Elf.DT_VERNEED), "DT_VERNEED");
        long at = 0;
        for (long left = tag(Elf.DT_VERNEEDNUM); left != 0; left--) {
            check(table, at, 16, "DT_VERNEED");
            int base = (int) at;
            String file = strings.get(table.getInt(base + 4) & 0xffff_ffffL, "a needed version");
            long aux = at + (table.getInt(base + 8) & 0xffff_ffffL);
            for (int i = table.getShort(base + 2) & 0xffff; i > 0; i--) {
                check(table, aux, 16, "DT_VERNEED");
                int entry = (int) aux;
                needs.put(table.getShort(entry + 6) & 0x7fff, new SymbolVersions.Need(file,
                        strings.get(table.getInt(entry + 8) & 0xffff_ffffL, "a needed version"),
                        (table.getShort(entry + 4) & VER_FLG_WEAK) != 0));
                long next = table.getInt(entry + 12) & 0xffff_ffffL;
                if (next == 0) {
                    break;
                }
                aux += next;
            }
            long next = table.getInt(base + 12) & 0xffff_ffffL;
            if (next == 0) {
                break;
            }
            at += next;
        }
        return needs;
    }

    private void check(ByteBuffer table, long at, int length, String what) {
        if (at < 0 || at + length > table.limit()) {
            throw ElfException.damaged(bytes.name(), what + " has an entry outside its segment");
        }
    }

    private long function(int tag, String what) {
        long vaddr = tag(tag);
        if (vaddr != 0 && header.loads.stream().noneMatch(load -> load.executable() && load.contains(vaddr, 1))) {
            throw ElfException.damaged(bytes.name(), what + " is not in executable memory");
        }
        return vaddr;
    }

    private ElfFile.FunctionArray array(int tag, int sizeTag, String what) {
        long size = tag(sizeTag);
        long vaddr = tag(tag);
        if (!tags.containsKey((long) tag) || size == 0) {
            return ElfFile.FunctionArray.EMPTY;
        }
        if (size < 0 || size % 8 != 0 || size > 1 << 27
                || header.loads.stream().noneMatch(load -> load.contains(vaddr, size) && vaddr + size <= load.fileEnd())) {
            throw ElfException.damaged(bytes.name(), what + " lies outside of what is loaded");
        }
        return new ElfFile.FunctionArray(vaddr, (int) (size / 8));
    }

    private String string(StringTable strings, int tag, String what) {
        return tags.containsKey((long) tag) ? strings.get(tag(tag), what) : null;
    }

    private long tag(int tag) {
        return tags.getOrDefault((long) tag, 0L);
    }

    private static ByteBuffer empty() {
        return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The bytes of the file that are loaded at {@code vaddr}. */
    private ByteBuffer at(long vaddr, long length, String what) {
        for (Segment load : header.loads) {
            if (vaddr >= load.vaddr() && vaddr <= load.fileEnd() && length >= 0 && length <= load.fileEnd() - vaddr) {
                return bytes.read(load.offset() + (vaddr - load.vaddr()), length, what);
            }
        }
        throw ElfException.damaged(bytes.name(), what + " at address 0x" + Long.toHexString(vaddr) + ", "
                + Long.toUnsignedString(length) + " bytes, lies outside of what is loaded");
    }

    /** The bytes at {@code vaddr} up to the next table or the end of the segment: all that a table of unknown length may be. */
    private ByteBuffer from(long vaddr, String what) {
        for (Segment load : header.loads) {
            if (vaddr >= load.vaddr() && vaddr < load.fileEnd()) {
                long end = load.fileEnd();
                for (int tag : new int[] {Elf.DT_STRTAB, Elf.DT_SYMTAB, Elf.DT_RELA, Elf.DT_JMPREL, Elf.DT_HASH,
                    Elf.DT_GNU_HASH, Elf.DT_VERSYM, Elf.DT_VERDEF, Elf.DT_VERNEED}) {
                    long other = tag(tag);
                    if (other > vaddr && other < end) {
                        end = other;
                    }
                }
                return at(vaddr, end - vaddr, what);
            }
        }
        throw ElfException.damaged(bytes.name(), what + " at address 0x" + Long.toHexString(vaddr)
                + " lies outside of what is loaded");
    }
}
