package flotilla.migrate;

import flotilla.image.LinkerRequest;
import flotilla.image.RankImages;
import flotilla.memory.Mapping;
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
 * A rank that is about to leave this process: what another one must know of it, and which pages it must get. While there is one, the
 * rank does not run and its memory stands still; it ends with {@link #leave} or {@link #stay}. One thread.
 */
public final class Departure {
    static final int MAGIC = 0x464c4d31;

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
        String reason = map.whyNotMovable();
        if (reason != null) {
            throw new MoveException(reason);
        }
        var found = new PageRuns.Builder();
        for (SlotPiece piece : map.pieces) {
            if (piece.isPrivate()) {
                TouchedPages.add(piece.start(), piece.end(), piece.kind() == SlotPiece.Kind.ANONYMOUS && piece.isReadable(), found);
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] head = bytes.toByteArray();
        var all = ByteBuffer.allocate(head.length + pages.encodedBytes()).put(head);
        pages.encode(all);
        description = all.array();
        allowReading();
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

    /** For {@link Arrival}. */
    public byte[] description() {
        return description.clone();
    }

    /** The memory that must get to the other process; to be read where it is until this ends. */
    public PageRuns pages() {
        return pages;
    }

    /** The rank is elsewhere: nothing of it remains but its addresses, which stay free. */
    public void leave() {
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
