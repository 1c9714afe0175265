package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads and checks the ELF header, the program headers and what they point to. */
final class HeaderReader {
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int MAX_SEGMENTS = 1024;
    private static final long PAGE = 4096;
    /** No image is larger than half of the user address space. */
    private static final long MAX_ADDRESS = 1L << 46;

    final FileBytes bytes;
    final int type;
    final long entry;
    final long programHeaderOffset;
    final List<Segment> segments;
    final List<Segment> loads;
    final String interpreter;
    final Notes notes;
    final DynamicSection dynamic;

    HeaderReader(FileBytes bytes) {
        this.bytes = bytes;
        ByteBuffer start = bytes.read(0, Math.min(Elf.EHDR_SIZE, bytes.size()), "the start");
        checkIdentification(start);
        ByteBuffer header = bytes.read(0, Elf.EHDR_SIZE, "the ELF header");
        this.type = header.getShort(16) & 0xffff;
        checkType(header.getShort(18) & 0xffff);
        this.entry = header.getLong(24);
        this.programHeaderOffset = header.getLong(32);
        this.segments = readSegments(header.getShort(54) & 0xffff, header.getShort(56) & 0xffff);
        this.loads = checkLoads();
        checkTls();
        this.interpreter = readInterpreter();
        this.notes = new Notes(bytes, segments);
        this.dynamic = new DynamicReader(this).read();
    }

    private void checkIdentification(ByteBuffer start) {
        if (start.remaining() == 0) {
            throw new ElfException(bytes.name(), "is empty", "name a program");
        }
        if (start.remaining() >= 2 && start.get(0) == '#' && start.get(1) == '!') {
            throw new ElfException(bytes.name(), "is a script, not a program",
                    "name the MPI program that the script starts");
        }
        if (start.remaining() < 4 || start.getInt(0) != MAGIC) {
            throw new ElfException(bytes.name(), "is not an ELF file", "name a compiled program");
        }
        if (start.remaining() < 20) {
            throw ElfException.damaged(bytes.name(), "ends in the ELF header");
        }
        if (start.get(4) == 1) {
            throw new ElfException(bytes.name(), "is a 32-bit program", "recompile it for 64 bits (-m64)");
        }
        if (start.get(4) != CLASS_64) {
            throw ElfException.damaged(bytes.name(), "has an unknown ELF class " + start.get(4));
        }
        if (start.get(5) != LITTLE_ENDIAN) {
            throw new ElfException(bytes.name(), "is for a big-endian machine, not x86-64",
                    "recompile it on this machine");
        }
    }

    private void checkType(int machine) {
        if (machine != Elf.EM_X86_64) {
            throw new ElfException(bytes.name(), "is for another machine (" + machineName(machine) + "), not x86-64",
                    "recompile it on this machine");
        }
        switch (type) {
            case Elf.ET_EXEC, Elf.ET_DYN -> { }
            case Elf.ET_REL -> throw new ElfException(bytes.name(), "is an object file, not a program", "link it");
            case Elf.ET_CORE -> throw new ElfException(bytes.name(), "is a core dump, not a program", "name a program");
            default -> throw ElfException.damaged(bytes.name(), "has an unknown ELF type " + type);
        }
    }

    private static String machineName(int machine) {
        return switch (machine) {
            case 3 -> "i386";
            case 20, 21 -> "PowerPC";
            case 22 -> "S/390";
            case 40 -> "ARM";
            case 183 -> "AArch64";
            case 243 -> "RISC-V";
            case 258 -> "LoongArch";
            default -> "ELF machine " + machine;
        };
    }

    private List<Segment> readSegments(int entrySize, int count) {
        if (count == 0) {
            throw ElfException.damaged(bytes.name(), "has no program headers");
        }
        if (entrySize != Elf.PHDR_SIZE || count > MAX_SEGMENTS) {
            throw ElfException.damaged(bytes.name(), "has " + count + " program headers of " + entrySize + " bytes");
        }
        ByteBuffer table = bytes.read(programHeaderOffset, (long) count * Elf.PHDR_SIZE, "the program header table");
        var all = new ArrayList<Segment>(count);
        for (int i = 0; i < count; i++) {
            int at = i * Elf.PHDR_SIZE;
            all.add(new Segment(table.getInt(at), table.getInt(at + 4), table.getLong(at + 8), table.getLong(at + 16),
                    table.getLong(at + 32), table.getLong(at + 40), table.getLong(at + 48)));
        }
        return List.copyOf(all);
    }

    private List<Segment> checkLoads() {
        var found = new ArrayList<Segment>();
        long end = 0;
        for (int i = 0; i < segments.size(); i++) {
            Segment s = segments.get(i);
            if (s.type() != Elf.PT_LOAD) {
                continue;
            }
            String what = "segment " + i;
            if (s.offset() < 0 || s.fileSize() < 0 || s.offset() > bytes.size()
                    || s.fileSize() > bytes.size() - s.offset()) {
                throw ElfException.damaged(bytes.name(), what + " at offset 0x" + Long.toHexString(s.offset()) + ", "
                        + Long.toUnsignedString(s.fileSize()) + " bytes, lies outside the file of " + bytes.size() + " bytes");
            }
            if (s.vaddr() < 0 || s.vaddr() > MAX_ADDRESS || s.memorySize() < 0 || s.memorySize() > MAX_ADDRESS) {
                throw ElfException.damaged(bytes.name(), what + " has an impossible address or size");
            }
            if (s.fileSize() > s.memorySize()) {
                throw ElfException.damaged(bytes.name(), what + " has more bytes in the file than in memory");
            }
            if (s.align() < 0 || s.align() > 1 && Long.bitCount(s.align()) != 1 || s.align() > 1L << 30) {
                throw ElfException.damaged(bytes.name(), what + " has an impossible alignment");
            }
            if ((s.vaddr() - s.offset()) % PAGE != 0) {
                throw ElfException.damaged(bytes.name(), what + " cannot be mapped: offset and address differ within a page");
            }
            if (!found.isEmpty() && s.vaddr() < end) {
                throw ElfException.damaged(bytes.name(), what + " overlaps the one before it");
            }
            end = s.memoryEnd();
            if (s.memorySize() > 0) {
                found.add(s);
            }
        }
        if (found.isEmpty()) {
            throw ElfException.damaged(bytes.name(), "has nothing to load");
        }
        return List.copyOf(found);
    }

    private void checkTls() {
        Segment tls = null;
        for (Segment segment : segments) {
            if (segment.type() == Elf.PT_TLS) {
                if (tls != null) {
                    throw ElfException.damaged(bytes.name(), "has two TLS segments");
                }
                tls = segment;
            }
        }
        if (tls == null) {
            return;
        }
        if (tls.fileSize() < 0 || tls.memorySize() < tls.fileSize() || tls.memorySize() > 1L << 32 || tls.align() < 0
                || tls.align() > 1 && Long.bitCount(tls.align()) != 1 || tls.align() > 1L << 21) {
            throw ElfException.damaged(bytes.name(), "has a TLS segment of impossible size or alignment");
        }
        if (tls.fileSize() > 0 && !isLoaded(tls.vaddr(), tls.fileSize())) {
            throw ElfException.damaged(bytes.name(), "has a TLS segment outside of what it loads");
        }
    }

    private boolean isLoaded(long vaddr, long length) {
        for (Segment load : loads) {
            if (load.contains(vaddr, length)) {
                return true;
            }
        }
        return false;
    }

    private String readInterpreter() {
        for (Segment segment : segments) {
            if (segment.type() == Elf.PT_INTERP) {
                if (segment.fileSize() < 1 || segment.fileSize() > 4096) {
                    throw ElfException.damaged(bytes.name(), "has an interpreter path of impossible length");
                }
                ByteBuffer text = bytes.read(segment.offset(), segment.fileSize(), "the interpreter path");
                return new String(text.array(), StandardCharsets.UTF_8).split("\0", 2)[0];
            }
        }
        return null;
    }
}
