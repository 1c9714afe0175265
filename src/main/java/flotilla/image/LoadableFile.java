package flotilla.image;

import flotilla.elf.Elf;
import flotilla.elf.Segment;
import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import flotilla.memory.NamelessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of the program changed so that the system's dynamic linker does nothing but map it. That refuses position-independent
 * executables (DF_1_PIE), would load what DT_NEEDED names, run constructors in the process instead of in a rank, bind symbols
 * to the first definition in the process, and find no room for thread-local storage; all this is Flotilla's to do. So of the
 * dynamic section only what the linker cannot do without stays, and segments that would have it act become PT_NULL. In memory
 * everything is as in the original again, for whoever reads it there.
 */
final class LoadableFile {
    /** A tag for which the dynamic linker does nothing: the first of those for operating systems, which none uses. */
    private static final long IGNORED_TAG = 0x6000_000dL;
    private static final int PHDR_TYPE = 0;
    private static final int PHDR_FLAGS = 4;
    /** e_shoff, and from e_shnum on. The sections are not copied. */
    private static final int SECTIONS_OFFSET = 0x28;
    private static final int SECTIONS_COUNT = 0x3c;

    /** Bytes to be written over those at a place of the file. */
    private record Change(long offset, byte[] original, byte[] changed) {}

    /** A word of the dynamic section that holds an address, to which the dynamic linker adds the bias. */
    private record Relocated(long vaddr, long value) {}

    final Image image;
    /** How much of the file is loaded, and so copied. */
    private final long bytes;
    private final List<Change> changes = new ArrayList<>();
    private final List<Relocated> relocated = new ArrayList<>();

    LoadableFile(Image image) {
        this.image = image;
        long headers = image.file.programHeaderOffset();
        long end = headers + (long) image.file.segments().size() * Elf.PHDR_SIZE;
        for (Segment load : image.file.loads()) {
            end = Math.max(end, load.offset() + load.fileSize());
        }
        this.bytes = end;
        change(SECTIONS_OFFSET, new byte[Long.BYTES]);
        change(SECTIONS_COUNT, new byte[Integer.BYTES]);
        for (int i = 0; i < image.file.segments().size(); i++) {
            changeHeader(headers + (long) i * Elf.PHDR_SIZE, image.file.segments().get(i));
        }
        changeDynamic(image.file.segment(Elf.PT_DYNAMIC));
    }

    /** Bytes that a copy takes. */
    long bytes() {
        return bytes;
    }

    private ByteBuffer contents(long offset, long length) {
        return image.file.contents(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void change(long offset, byte[] changed) {
        byte[] original = new byte[changed.length];
        contents(offset, original.length).get(original);
        changes.add(new Change(offset, original, changed));
    }

    private void changeHeader(long at, Segment segment) {
        switch (segment.type()) {
            case Elf.PT_TLS, Elf.PT_GNU_RELRO, Elf.PT_INTERP -> change(at + PHDR_TYPE, word32(Elf.PT_NULL));
            // The stacks of the process are none of the program's.
            case Elf.PT_GNU_STACK -> change(at + PHDR_FLAGS, word32(Elf.PF_R | Elf.PF_W));
            default -> { }
        }
    }

    private void changeDynamic(Segment dynamic) {
        ByteBuffer entries = contents(dynamic.offset(), dynamic.fileSize());
        for (int at = 0; at + Elf.DYN_SIZE <= entries.limit() && entries.getLong(at) != Elf.DT_NULL; at += Elf.DYN_SIZE) {
            long tag = entries.getLong(at);
            if (tag == Elf.DT_STRTAB || tag == Elf.DT_SYMTAB || tag == Elf.DT_HASH || tag == Elf.DT_GNU_HASH) {
                relocated.add(new Relocated(dynamic.vaddr() + at + Long.BYTES, entries.getLong(at + Long.BYTES)));
            } else if (tag != Elf.DT_STRSZ && tag != Elf.DT_SYMENT) {
                change(dynamic.offset() + at, word64(IGNORED_TAG));
            }
        }
    }

    private static byte[] word32(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    private static byte[] word64(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }

    /** Writes the changed file to one that is empty. */
    void copyTo(NamelessFile copy) {
        copy.fill(image.mapped.file(), bytes);
        for (Change change : changes) {
            copy.write(change.offset(), change.changed());
        }
    }

    private void restore(long bias, Change change) {
        for (Segment load : image.file.loads()) {
            long distance = change.offset() - load.offset();
            if (distance >= 0 && distance < load.fileSize()) {
                long at = bias + load.vaddr() + distance;
                long page = Mapping.pageDown(at);
                long pages = Mapping.pageUp(at + change.original().length) - page;
                if (!load.writable()) {
                    Mapping.protect(page, pages, Mapping.PROT_READ | Mapping.PROT_WRITE);
                }
                Memory.put(change.original(), 0, at, change.original().length);
                if (!load.writable()) {
                    Mapping.protect(page, pages, Mapping.PROT_READ | (load.executable() ? Mapping.PROT_EXEC : 0));
                }
            }
        }
    }

    /** Undoes the changes in the memory of an image with this bias; what the dynamic linker still looks at stays as it needs it. */
    void restore(long bias) {
        changes.forEach(change -> restore(bias, change));
        relocated.forEach(word -> Memory.putLong(bias + word.vaddr(), bias + word.value()));
    }
}
