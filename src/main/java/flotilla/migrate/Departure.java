package flotilla.migrate;

import flotilla.image.LinkerRequest;
import flotilla.image.RankImages;
import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import flotilla.memory.PageRuns;
import flotilla.memory.TouchedPages;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A rank that is about to leave this process: what another one must know of it, and which pages it must get. While there is one,
 * the rank does not run and its memory stands still; it ends with {@link #leave} or {@link #stay}. One thread.
 */
public final class Departure {
    static final int MAGIC = 0x464c4d31;
    /** What the host's libc makes in its own memory: in the order of guest/libc/host_objects.c. */
    private static final List<String> HOST_OBJECTS = List.of("regular expressions (regcomp)",
            "conversions of characters (iconv_open)",
            "named semaphores (sem_open)");

    private final RankImages images;
    private final SlotMap map;
    private final PageRuns pages;
    private final byte[] description;
    /** What was made readable for the journey. */
    private final List<SlotPiece> opened = new ArrayList<>();

    /**
     * Looks at a rank that waits in a trap.
     *
     * @throws MoveException when it cannot leave; nothing has changed then
     */
    public Departure(RankImages images) {
        this.images = images;
        map = SlotMap.of(images);
        OpenFiles files = check(images, map);
        var found = new PageRuns.Builder();
        for (SlotPiece piece : map.pieces) {
            if (piece.isPrivate()) {
                TouchedPages.add(piece.start(), piece.end(), piece.kind() == SlotPiece.Kind.ANONYMOUS
                        && piece.isReadable(), found);
            }
        }
        pages = found.build();
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeLong(images.slotBase());
            out.writeLong(images.slotSize());
            encode(images.history(), out);
            map.encode(out);
            files.encode(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] head = bytes.toByteArray();
        var all = ByteBuffer.allocate(head.length + pages.encodedBytes()).put(head);
        pages.encode(all);
        description = all.array();
        allowReading();
    }

    /**
     * Why a rank that waits in a trap cannot leave, as far as its memory and files are concerned: a line, as part of a sentence
     * that begins with the rank; null when it can. Whether it has threads, and what MPI keeps for it, others know.
     */
    public static String whyNotMovable(RankImages images) {
        try {
            check(images, SlotMap.of(images));
            return null;
        } catch (MoveException stays) {
            return stays.getMessage();
        }
    }

    private static OpenFiles check(RankImages images, SlotMap map) {
        String method = images.program().whyNotMovable();
        String reason = method != null ? method : map.whyNotMovable();
        if (reason != null) {
            throw new MoveException(reason);
        }
        refuseHostObjects(images);
        return OpenFiles.of(images);
    }

    private static void refuseHostObjects(RankImages images) {
        if (Memory.getLong(images.slotBase() + images.program().symbol("flotilla_children")) != 0) {
            throw new MoveException("it has started a process that it has not waited for");
        }
        long counts = images.slotBase() + images.program().symbol("flotilla_host_objects");
        for (int kind = 0; kind < HOST_OBJECTS.size(); kind++) {
            long count = Memory.getLong(counts + (long) kind * Long.BYTES);
            if (count > 0) {
                throw new MoveException("it has " + count + " " + HOST_OBJECTS.get(kind)
                        + ", which lie in this process's own memory");
            }
        }
    }

    /** Pages that nobody may read are read all the same. */
    private void allowReading() {
        for (SlotPiece piece : map.pieces) {
            if (piece.isPrivate() && !piece.isReadable()) {
                Mapping.protect(piece.start(), piece.end() - piece.start(), Mapping.PROT_READ);
                opened.add(piece);
            }
        }
    }

    private static void encode(List<LinkerRequest> history, DataOutputStream out) throws IOException {
        out.writeInt(history.size());
        for (LinkerRequest request : history) {
            out.writeInt(request.kind());
            writeText(request.name(), out);
            writeText(request.version(), out);
            out.writeLong(request.handle());
            out.writeLong(request.caller());
            out.writeInt(request.flags());
        }
    }

    private static void writeText(String text, DataOutputStream out) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    /** For {@link Arrival}; not to be changed. */
    public byte[] description() {
        return description;
    }

    /** The memory that must get to the other process; to be read where it is until this ends. */
    public PageRuns pages() {
        return pages;
    }

    /** The rank is elsewhere: nothing of it remains but its addresses, which stay free. */
    public void leave() {
        OpenFiles.leave(images);
        Mapping.unmap(SlotMap.slotStart(images), images.slotSize());
    }

    /** The rank goes on here. */
    public void stay() {
        for (SlotPiece piece : opened) {
            Mapping.protect(piece.start(), piece.end() - piece.start(), piece.protection());
        }
        opened.clear();
    }
}
