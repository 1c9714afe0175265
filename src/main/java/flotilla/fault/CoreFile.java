package flotilla.fault;

import flotilla.elf.Elf;
import flotilla.image.RankImages;
import flotilla.memory.ProcessMaps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a rank as an ELF core file (gABI, "Core Files"; the notes are those of Linux, fs/binfmt_elf.c), as if it was a process
 * of its own: {@code gdb PROGRAM CORE} finds the program, all its libraries, its stack and its memory.
 *
 * <p>What the files of the images hold is left out. Memory that was never touched is a hole in the file.
 */
final class CoreFile {
    private static final int PAGE = 4096;
    private static final int LARGEST_PIECE = 1 << 20;
    private static final long PRESENT_OR_SWAPPED = 3L << 62;

    /** A PT_LOAD: [start, end) of memory. */
    private record Segment(long start, long end, int flags, boolean mayHaveHoles) {}

    private final RankImages rank;
    private final List<ProcessMaps.Entry> maps;
    private final ProcessMemory memory;
    private final LinkMap linkMap;
    /** Words that stand otherwise in the file than in memory, by address. */
    private final Map<Long, Long> patches;

    /** @param patches words to be written instead of what memory holds; the file's own are added */
    CoreFile(RankImages rank, Modules modules, List<ProcessMaps.Entry> maps, ProcessMemory memory, Map<Long, Long> patches) {
        this.rank = rank;
        this.maps = maps;
        this.memory = memory;
        this.patches = patches;
        // The guard below the stack is a hole of memory, large enough.
        this.linkMap = new LinkMap(modules, rank.stackBase() - (1 << 19));
        linkMap.addTo(patches, memory);
    }

    /** Writes the file, replacing one of that name. */
    void write(Path file, byte[] notes) throws IOException {
        List<Segment> segments = segments();
        long headers = Elf.EHDR_SIZE + (long) Elf.PHDR_SIZE * (segments.size() + 2);
        ByteBuffer head = buffer((int) headers + notes.length);
        putHeader(head, segments.size() + 2);
        putSegment(head, Elf.PT_NOTE, 0, headers, 0, notes.length);
        long position = headers + notes.length + PAGE - 1 & -PAGE;
        byte[] links = linkMap.bytes();
        long linksAt = position;
        putSegment(head, Elf.PT_LOAD, Elf.PF_R, linksAt, linkMap.address(), links.length);
        position = position + links.length + PAGE - 1 & -PAGE;
        long first = position;
        for (Segment segment : segments) {
            putSegment(head, Elf.PT_LOAD, segment.flags(), position, segment.start(), segment.end() - segment.start());
            position += segment.end() - segment.start();
        }
        head.put(notes);
        try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
                var pagemap = FileChannel.open(Path.of("/proc/self/pagemap"), StandardOpenOption.READ)) {
            put(out, head.flip(), 0);
            put(out, ByteBuffer.wrap(links), linksAt);
            long at = first;
            for (Segment segment : segments) {
                copy(segment, pagemap, out, at);
                at += segment.end() - segment.start();
            }
            if (out.size() < at) {
                put(out, ByteBuffer.wrap(new byte[1]), at - 1);
            }
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(FileChannel out, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            position += out.write(bytes, position);
        }
    }

    private static void putHeader(ByteBuffer out, int segments) {
        out.putInt(0x464c457f).put((byte) 2).put((byte) 1).put((byte) 1).put(new byte[9]);
        out.putShort((short) Elf.ET_CORE).putShort((short) Elf.EM_X86_64).putInt(1);
        out.putLong(0).putLong(Elf.EHDR_SIZE).putLong(0).putInt(0);
        out.putShort((short) Elf.EHDR_SIZE).putShort((short) Elf.PHDR_SIZE).putShort((short) segments);
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    }

    private static void putSegment(ByteBuffer out, int type, int flags, long offset, long address, long bytes) {
        out.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(0).putLong(bytes)
                .putLong(type == Elf.PT_LOAD ? bytes : 0).putLong(type == Elf.PT_LOAD ? PAGE : 1);
    }

    private List<Segment> segments() throws IOException {
        var segments = new ArrayList<Segment>();
        try (var pagemap = FileChannel.open(Path.of("/proc/self/pagemap"), StandardOpenOption.READ)) {
            for (ProcessMaps.Entry entry : maps) {
                boolean isFile = !entry.file().isEmpty();
                if (!rank.owns(entry.start()) || !entry.isReadable() || entry.isOnDisk() && !entry.isWritable() && rank.loaded().stream()
                        .anyMatch(image -> image.contains(entry.start()))) {
                    continue;
                }
                int flags = Elf.PF_R | (entry.isWritable() ? Elf.PF_W : 0) | (entry.isExecutable() ? Elf.PF_X : 0);
                // What a file has mapped is there without having been touched.
                Segment segment = new Segment(entry.start(), entry.end(), flags, !isFile);
                if (!isFile) {
                    segment = touched(segment, pagemap);
                }
                if (segment != null) {
                    segments.add(segment);
                }
            }
        }
        return segments;
    }

    /** The part from the first to the last page that was touched, or null. */
    private static Segment touched(Segment segment, FileChannel pagemap) throws IOException {
        long first = -1;
        long last = -1;
        for (long at = segment.start(); at < segment.end(); at += (long) LARGEST_PIECE / 8 * PAGE) {
            long until = Math.min(segment.end(), at + (long) LARGEST_PIECE / 8 * PAGE);
            ByteBuffer pages = pages(pagemap, at, until);
            for (long page = at; page < until; page += PAGE) {
                if ((pages.getLong((int) ((page - at) / PAGE * 8)) & PRESENT_OR_SWAPPED) != 0) {
                    first = first < 0 ? page : first;
                    last = page;
                }
            }
        }
        return first < 0 ? null : new Segment(first, last + PAGE, segment.flags(), true);
    }

    /** A word for each page of [start, end) (proc(5), "/proc/pid/pagemap"). */
    private static ByteBuffer pages(FileChannel pagemap, long start, long end) throws IOException {
        ByteBuffer pages = buffer((int) ((end - start) / PAGE * 8));
        while (pages.hasRemaining() && pagemap.read(pages, start / PAGE * 8 + pages.position()) > 0) {
            // To its end.
        }
        return pages;
    }

    private void copy(Segment segment, FileChannel pagemap, FileChannel out, long position) throws IOException {
        for (long at = segment.start(); at < segment.end(); at += LARGEST_PIECE) {
            long end = Math.min(segment.end(), at + LARGEST_PIECE);
            ByteBuffer pages = segment.mayHaveHoles() ? pages(pagemap, at, end) : null;
            for (long start = at; start < end;) {
                long next = start;
                while (next < end && (pages == null || (pages.getLong((int) ((next - at) / PAGE * 8)) & PRESENT_OR_SWAPPED) != 0)) {
                    next += PAGE;
                }
                if (next == start) {
                    start += PAGE;
                    continue;
                }
                byte[] bytes = new byte[(int) (next - start)];
                if (memory.read(start, bytes, bytes.length)) {
                    patch(start, bytes);
                    put(out, ByteBuffer.wrap(bytes), position + start - segment.start());
                }
                start = next;
            }
        }
    }

    private void patch(long start, byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        patches.forEach((address, value) -> {
            if (address >= start && address - start <= bytes.length - 8) {
                words.putLong((int) (address - start), value);
            }
        });
    }
}
