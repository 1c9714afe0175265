package flotilla.image;

import flotilla.elf.ElfFile;
import flotilla.elf.Segment;
import flotilla.memory.Mapping;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The mappings that make up a slot, as few as possible: each counts against vm.max_map_count.
 *
 * <p>Code and read-only data come from the file, and neighbouring segments that the file holds side by side become one
 * mapping. Small writable data is anonymous memory filled from a {@link Template}, one mapping with the .bss behind it
 * and with whatever anonymous memory follows; large writable data comes from the file, page by page as it is used.
 * PT_GNU_RELRO is not protected again after relocation, because that would split a mapping in each image.
 */
final class MappingPlan {
    /** Writable data up to this size is copied rather than mapped. */
    static final long LARGEST_COPY = 1 << 20;

    /** A mapping at slot-relative {@code start}; {@code image} is null for anonymous memory. */
    record Entry(long start, long bytes, int protection, Image image, long fileOffset) {
        long end() {
            return start + bytes;
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    /** Adds anonymous memory; joined with what was added before when that ends where this starts. */
    void anonymous(long start, long end, int protection) {
        if (end <= start) {
            return;
        }
        if (!entries.isEmpty()) {
            Entry last = entries.getLast();
            if (last.image() == null && last.end() == start && last.protection() == protection) {
                entries.set(entries.size() - 1, new Entry(last.start(), end - last.start(), protection, null, 0));
                return;
            }
        }
        entries.add(new Entry(start, end - start, protection, null, 0));
    }

    private void file(long start, long end, int protection, Image image, long fileOffset) {
        if (end <= start) {
            return;
        }
        if (!entries.isEmpty()) {
            Entry last = entries.getLast();
            int write = Mapping.PROT_WRITE;
            boolean bothReadOnly = (last.protection() & write) == 0 && (protection & write) == 0;
            if (last.image() == image && bothReadOnly && start >= last.start()
                    && start - last.start() == fileOffset - last.fileOffset()) {
                entries.set(entries.size() - 1, new Entry(last.start(), Math.max(last.end(), end) - last.start(),
                        last.protection() | protection, image, last.fileOffset()));
                return;
            }
        }
        entries.add(new Entry(start, end - start, protection, image, fileOffset));
    }

    /** Adds the segments of an image that has its place, and tells {@code data} where its writable pages come from. */
    void image(Image image, InitialData data) {
        for (Segment segment : image.file.loads()) {
            segment(image, segment, image.bias, data);
        }
    }

    /** Adds a segment of an image, at a place that need not be the image's. */
    void segment(Image image, Segment segment, long bias, InitialData data) {
        long start = Mapping.pageDown(bias + segment.vaddr());
        long fileEnd = bias + segment.fileEnd();
        long end = Mapping.pageUp(bias + segment.memoryEnd());
        long fileOffset = Mapping.pageDown(segment.offset());
        int protection = Mapping.PROT_READ | (segment.executable() ? Mapping.PROT_EXEC : 0);
        if (!segment.writable() && segment.memorySize() == segment.fileSize()) {
            file(start, end, protection, image, fileOffset);
            return;
        }
        protection |= Mapping.PROT_WRITE;
        clip(start);
        data.back(start, Mapping.pageUp(fileEnd), source(image.file, segment, start, fileEnd));
        if (segment.fileSize() <= LARGEST_COPY) {
            if (segment.fileSize() > 0) {
                data.touch(start, fileEnd);
            }
            anonymous(start, end, protection);
        } else {
            file(start, Mapping.pageUp(fileEnd), protection, image, fileOffset);
            if (fileEnd != Mapping.pageUp(fileEnd)) {
                // What the file has behind the segment must become zeros.
                data.touch(Mapping.pageDown(fileEnd), fileEnd);
            }
            anonymous(Mapping.pageUp(fileEnd), end, protection);
        }
    }

    /** Tells {@code data} what is there of an image that is mapped already, by others. */
    static void mapped(Image image, InitialData data) {
        for (Segment segment : image.file.loads()) {
            if (segment.writable()) {
                long start = Mapping.pageDown(image.bias + segment.vaddr());
                long fileEnd = image.bias + segment.fileEnd();
                data.back(start, Mapping.pageUp(fileEnd), source(image.file, segment, start, fileEnd));
            }
        }
    }

    /** Where a page belongs to two segments, the later one has it. */
    private void clip(long start) {
        if (!entries.isEmpty() && entries.getLast().end() > start) {
            Entry last = entries.removeLast();
            if (start > last.start()) {
                entries.add(new Entry(last.start(), start - last.start(), last.protection(), last.image(), last.fileOffset()));
            }
        }
    }

    private static InitialData.Source source(ElfFile file, Segment segment, long start, long fileEnd) {
        long fileStart = Mapping.pageDown(segment.offset());
        return (page, bytes) -> {
            long offset = fileStart + (page - start);
            long length = Math.min(bytes.length, fileEnd - page);
            if (length > 0) {
                ByteBuffer contents = file.contents(offset, length);
                contents.get(bytes, 0, (int) length);
            }
        };
    }

    /** Puts the stack before everything else: where the first mapping of a slot may go, the others may too. */
    void prepend(long stackStart, long stackEnd, int stackProtection) {
        entries.addFirst(new Entry(stackStart, stackEnd - stackStart, stackProtection, null, 0));
    }

    /** Names the mappings from files. */
    void files(RankImages.Part part) {
        for (Entry entry : entries) {
            if (entry.image() != null) {
                part.accept(entry.start(), entry.end());
            }
        }
    }

    List<Entry> entries() {
        return entries;
    }

    /** Maps everything. The first mapping of a slot refuses to replace what is there; the others lie behind it. */
    void map(SlotBases bases, boolean first) {
        int fixed = first ? Mapping.MAP_FIXED_NOREPLACE : Mapping.MAP_FIXED;
        for (Entry entry : entries) {
            int flags = Mapping.MAP_PRIVATE | Mapping.MAP_NORESERVE | fixed;
            if (entry.image() == null) {
                Mapping.map(bases.absolute(entry.start()), entry.bytes(), entry.protection(),
                        flags | Mapping.MAP_ANONYMOUS, -1, 0);
            } else {
                Mapping.map(bases.absolute(entry.start()), entry.bytes(), entry.protection(), flags,
                        entry.image().mapped.descriptor(), entry.fileOffset());
            }
            fixed = Mapping.MAP_FIXED;
        }
    }
}
