package flotilla.migrate;

import flotilla.image.LinkerRequest;
import flotilla.image.LoadException;
import flotilla.image.PreparedProgram;
import flotilla.image.RankImages;
import flotilla.memory.Mapping;
import flotilla.memory.PageRuns;
import flotilla.memory.RemoteMemory;
import flotilla.memory.SystemCallException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A rank that is about to go on in this process. Its slot is mapped and waits for {@link #pages}; {@link #finish} makes it ready
 * to be resumed, {@link #abandon} forgets it. One thread.
 */
public final class Arrival {
    /** Runs from so many bytes on get their pages at once: fault by fault costs more. */
    private static final long POPULATED = 4 * Mapping.PAGE_SIZE;

    /** Each part of a mapping with other pages than its neighbours counts as a mapping. */
    private static final int MOST_HUGE_PARTS = 8;

    private final RankImages images;
    private final SlotMap map;
    private final OpenFiles files;
    private final PageRuns pages;
    /** What cannot be written to is writable until the pages are there. */
    private final List<SlotPiece> opened = new ArrayList<>();

    /**
     * Makes the slot ready, which must be free.
     *
     * @param program     the program that the rank runs, as prepared in this process
     * @param slotBase    where the content of the rank's slot begins
     * @param description of the {@link Departure}
     * @throws MoveException when the rank cannot go on here; the slot is free then
     */
    public Arrival(PreparedProgram program, long slotBase, byte[] description) {
        var in = new DataInputStream(new java.io.ByteArrayInputStream(description));
        List<LinkerRequest> history;
        long slotSize;
        try {
            if (in.readInt() != Departure.MAGIC) {
                throw new MoveException("what was sent is not a rank's description, or another version's");
            }
            long base = in.readLong();
            slotSize = in.readLong();
            if (base != slotBase || Long.bitCount(slotSize) != 1) {
                throw new MoveException("its slot is at 0x" + Long.toHexString(base) + " there, and 0x"
                        + Long.toHexString(slotBase) + " here");
            }
            history = history(in);
            long first = slotBase & -slotSize;
            map = SlotMap.decode(in, first, first + slotSize);
            files = OpenFiles.decode(in);
            int left = in.available();
            pages = PageRuns.decode(ByteBuffer.wrap(description, description.length - left, left), first, first + slotSize);
        } catch (IOException | IllegalArgumentException e) {
            throw new MoveException("what was sent is not a rank's description: " + e.getMessage(), e);
        }
        try {
            images = program.receive(slotBase, history);
            if (images.slotSize() != slotSize) {
                throw new MoveException("slots have " + slotSize + " bytes there, and " + images.slotSize() + " here");
            }
            if (!history.isEmpty()) {
                forgetContents();
            }
            map.restore(images);
            makeWritable();
            files.open();
        } catch (MoveException | LoadException | SystemCallException e) {
            Mapping.unmap(slotBase & -slotSize, slotSize);
            throw e instanceof MoveException same ? same : new MoveException(e.getMessage(), e);
        }
    }

    private static List<LinkerRequest> history(DataInputStream in) throws IOException {
        int count = in.readInt();
        var history = new ArrayList<LinkerRequest>();
        for (int i = 0; i < count; i++) {
            history.add(new LinkerRequest(in.readInt(), readText(in), readText(in), in.readLong(), in.readLong(), in.readInt()));
        }
        return history;
    }

    private static String readText(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    /** What opening images again has written: as of a slot to which nobody has written. */
    private void forgetContents() {
        for (SlotPiece piece : SlotMap.of(images).pieces) {
            Mapping.advise(piece.start(), piece.end() - piece.start(), Mapping.MADV_DONTNEED);
        }
    }

    private void makeWritable() {
        int run = 0;
        for (SlotPiece piece : map.pieces) {
            while (run < pages.count() && pages.end(run) <= piece.start()) {
                run++;
            }
            if (run < pages.count() && pages.start(run) < piece.end() && !piece.isWritable()) {
                Mapping.protect(piece.start(), piece.end() - piece.start(), Mapping.PROT_READ | Mapping.PROT_WRITE);
                opened.add(piece);
            }
        }
    }

    /**
     * Has the kernel make huge pages where a run covers them, so that no more memory is taken than comes: where a hypervisor keeps
     * page tables of its own, 100 MiB came 4 to 7 times as fast.
     */
    private void populateHugePages() {
        int huge = 0;
        for (int i = 0; i < pages.count() && huge < MOST_HUGE_PARTS; i++) {
            long first = RemoteMemory.hugeStart(pages, i);
            long last = RemoteMemory.hugeEnd(pages, i);
            if (last > first) {
                advise(first, last - first, Mapping.MADV_HUGEPAGE);
                advise(first, last - first, Mapping.MADV_POPULATE_WRITE);
                huge++;
            }
        }
    }

    /** For who writes to the pages: has the kernel make them. */
    public void populate() {
        populateHugePages();
        for (int i = 0; i < pages.count(); i++) {
            if (pages.bytes(i) >= POPULATED) {
                advise(pages.start(i), pages.bytes(i), Mapping.MADV_POPULATE_WRITE);
            }
        }
    }

    /** What the kernel cannot do, or has no memory for, whoever writes finds out: a kernel before 5.14, or without huge pages. */
    private static void advise(long start, long bytes, int advice) {
        try {
            Mapping.advise(start, bytes, advice);
        } catch (SystemCallException e) {
            // As said above.
        }
    }

    /** Where the pages must get to. They are writable. */
    public PageRuns pages() {
        return pages;
    }

    /** Reads the pages from the process that the rank leaves, on the same machine. */
    public void readFrom(long process) {
        populateHugePages();
        RemoteMemory.read(process, pages);
    }

    /** The pages are there: the rank can be resumed here, by a thread that has bound it. */
    public RankImages finish() {
        for (SlotPiece piece : opened) {
            Mapping.protect(piece.start(), piece.end() - piece.start(), piece.protection());
        }
        opened.clear();
        images.refill();
        Locales.restore(images);
        files.give(images);
        return images;
    }

    /** The rank does not come. */
    public void abandon() {
        files.close();
        Mapping.unmap(SlotMap.slotStart(images), images.slotSize());
    }
}
