package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * An ELF executable or shared object for x86-64, read and checked. Only {@link #contents} reads the file afterwards, and
 * fails once the file has been closed.
 */
public final class ElfFile implements AutoCloseable {
    /** The addresses of an array of function pointers in the image, as DT_INIT_ARRAY and its like give them. */
    public record FunctionArray(long vaddr, int count) {
        static final FunctionArray EMPTY = new FunctionArray(0, 0);
    }

    private final FileBytes bytes;
    private final Path path;
    final int type;
    final long entry;
    final long programHeaderOffset;
    final List<Segment> segments;
    final List<Segment> loads;
    final String interpreter;
    final Notes notes;
    final DynamicSection dynamic;

    ElfFile(FileBytes bytes, Path path, HeaderReader header) {
        this.bytes = bytes;
        this.path = path;
        this.type = header.type;
        this.entry = header.entry;
        this.programHeaderOffset = header.programHeaderOffset;
        this.segments = header.segments;
        this.loads = header.loads;
        this.interpreter = header.interpreter;
        this.notes = header.notes;
        this.dynamic = header.dynamic;
    }

    /**
     * Reads the file at {@code path}.
     *
     * @throws ElfException when it cannot be read, is not an ELF file of this machine, or is damaged
     */
    public static ElfFile read(Path path) {
        FileBytes bytes = FileBytes.open(path);
        try {
            return new ElfFile(bytes, path, new HeaderReader(bytes));
        } catch (Throwable e) {
            bytes.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /** {@link Elf#ET_EXEC} or {@link Elf#ET_DYN}. */
    public int type() {
        return type;
    }

    /** Address of the first instruction, relative to the bias; 0 for none. */
    public long entry() {
        return entry;
    }

    /** Where the program headers stand in the file. */
    public long programHeaderOffset() {
        return programHeaderOffset;
    }

    /** All program headers, in file order. */
    public List<Segment> segments() {
        return segments;
    }

    /** The PT_LOAD segments, ascending, not overlapping. */
    public List<Segment> loads() {
        return loads;
    }

    /** The first segment of that type, or null. */
    public Segment segment(int segmentType) {
        for (Segment segment : segments) {
            if (segment.type() == segmentType) {
                return segment;
            }
        }
        return null;
    }

    /** The TLS segment, or null. */
    public Segment tls() {
        return segment(Elf.PT_TLS);
    }

    /** Whether nobody writes to an address after relocation (PT_GNU_RELRO): the Global Offset Table's, constants with addresses. */
    public boolean isConstant(long vaddr) {
        Segment relro = segment(Elf.PT_GNU_RELRO);
        return relro != null && relro.contains(vaddr, 1);
    }

    /** Path of the program interpreter (PT_INTERP), or null. */
    public String interpreter() {
        return interpreter;
    }

    /** The GNU build id, empty when there is none. */
    public byte[] buildId() {
        return notes.buildId.clone();
    }

    /** True when the file was compiled with {@code --privatize=auto-tls}: its mutable variables are thread-local. */
    public boolean isAutoTls() {
        return notes.autoTls;
    }

    /** True when the dynamic section exists, so that the image can be linked at run time. */
    public boolean isDynamic() {
        return dynamic.present;
    }

    /** Lowest address of the image, relative to the bias, rounded down to a page. */
    public long lowest() {
        return loads.getFirst().vaddr() & -4096;
    }

    /** End of the image's memory, relative to the bias. */
    public long highest() {
        return loads.getLast().memoryEnd();
    }

    /** Address of the program headers in memory, relative to the bias, or 0 when they are not loaded. */
    public long programHeaderAddress() {
        for (Segment load : loads) {
            if (programHeaderOffset >= load.offset()
                    && programHeaderOffset + (long) segments.size() * Elf.PHDR_SIZE <= load.offset() + load.fileSize()) {
                return load.vaddr() + (programHeaderOffset - load.offset());
            }
        }
        return 0;
    }

    /** True when the stack must be executable: nested functions of C and Fortran put trampolines there. */
    public boolean wantsExecutableStack() {
        Segment stack = segment(Elf.PT_GNU_STACK);
        return stack != null && stack.executable();
    }

    /** DT_SONAME, or null. */
    public String soname() {
        return dynamic.soname;
    }

    /** DT_NEEDED, in order. */
    public List<String> needed() {
        return dynamic.needed;
    }

    /** DT_RPATH, or null. */
    public String rpath() {
        return dynamic.rpath;
    }

    /** DT_RUNPATH, or null. */
    public String runpath() {
        return dynamic.runpath;
    }

    /** DT_FLAGS, with what DT_SYMBOLIC, DT_BIND_NOW and DT_TEXTREL say of the same. */
    public long flags() {
        return dynamic.flags;
    }

    /** DT_FLAGS_1. */
    public long flags1() {
        return dynamic.flags1;
    }

    public boolean bindsNow() {
        return (flags() & Elf.DF_BIND_NOW) != 0 || (flags1() & Elf.DF_1_NOW) != 0;
    }

    public SymbolTable symbols() {
        return dynamic.symbols;
    }

    public SymbolVersions versions() {
        return dynamic.versions;
    }

    public RelocationTable relocations() {
        return dynamic.rela;
    }

    /** DT_JMPREL: the relocations of the procedure linkage table. */
    public RelocationTable pltRelocations() {
        return dynamic.jmprel;
    }

    /** DT_RELR, unpacked: addresses of words to which the bias is added. */
    public long[] relativeRelocations() {
        return dynamic.relr;
    }

    /** DT_INIT, or 0. */
    public long init() {
        return dynamic.init;
    }

    /** DT_FINI, or 0. */
    public long fini() {
        return dynamic.fini;
    }

    public FunctionArray preinitArray() {
        return dynamic.preinitArray;
    }

    public FunctionArray initArray() {
        return dynamic.initArray;
    }

    public FunctionArray finiArray() {
        return dynamic.finiArray;
    }

    /** Address of the dynamic string table, relative to the bias. */
    public long stringTableAddress() {
        return dynamic.stringTable;
    }

    /**
     * Looks up what this image exports under {@code name}.
     *
     * @param version the version wanted, or null
     * @return the definition, or null
     */
    public Symbol lookup(SymbolName name, String version) {
        List<Symbol> exported = exported(name);
        return exported.isEmpty() ? null : versions().choose(exported, version);
    }

    /** Looks up the default definition of {@code name}, as {@code dlsym} does. */
    public Symbol lookupNewest(SymbolName name) {
        return versions().newest(exported(name));
    }

    private List<Symbol> exported(SymbolName name) {
        List<Symbol> found = symbols().find(name);
        for (Symbol symbol : found) {
            if (!symbol.isExported()) {
                return found.stream().filter(Symbol::isExported).toList();
            }
        }
        return found;
    }

    /** The PT_LOAD segment that {@code bytes} bytes at {@code vaddr} lie in, or null. */
    public Segment loadAt(long vaddr, long length) {
        for (Segment load : loads) {
            if (load.contains(vaddr, length)) {
                return load;
            }
        }
        return null;
    }

    /**
     * Reads bytes of the file.
     *
     * @throws ElfException when they do not lie in it
     */
    public ByteBuffer contents(long offset, long length) {
        return bytes.read(offset, length, "contents");
    }

    /** Bytes of the file. */
    public long size() {
        return bytes.size();
    }

    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
