package flotilla.migrate;

import flotilla.image.LoadException;
import flotilla.image.RankImages;
import flotilla.memory.Mapping;
import flotilla.memory.ProcessMaps;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is mapped in a rank's slot, ascending. */
final class SlotMap {
    private static final int MOST_PIECES = 1 << 20;
    private static final int O_RDWR = 2;

    final List<SlotPiece> pieces;

    private SlotMap(List<SlotPiece> pieces) {
        this.pieces = pieces;
    }

    /** As it is now in this process. */
    static SlotMap of(RankImages images) {
        long start = slotStart(images);
        var pieces = new ArrayList<SlotPiece>();
        for (ProcessMaps.Entry entry : ProcessMaps.between(start, start + images.slotSize())) {
            var image = new boolean[1];
            images.mapped((first, end, executable, writable) -> image[0] |= first < entry.end() && end > entry.start());
            pieces.add(SlotPiece.of(entry, image[0] && !entry.isPrivateAnonymous()));
        }
        return new SlotMap(pieces);
    }

    /** Slots are aligned to their size; what lies in them begins behind that. */
    static long slotStart(RankImages images) {
        return images.slotBase() & -images.slotSize();
    }

    /** Why there is something that cannot be mapped elsewhere, or null. */
    String whyNotMovable() {
        for (SlotPiece piece : pieces) {
            if (piece.file().isEmpty()) {
                if (piece.kind() == SlotPiece.Kind.SHARED_FILE) {
                    return "it shares memory with other processes, at " + place(piece);
                }
                continue;
            }
            String refusal = FileIdentity.whyNotMapped(piece);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    static String place(SlotPiece piece) {
        return "0x" + Long.toHexString(piece.start());
    }

    /** Makes a slot what this says, in which images are mapped as for a new rank. */
    void restore(RankImages images) {
        List<SlotPiece> there = SlotMap.of(images).pieces;
        for (SlotPiece piece : there) {
            unmapOthers(piece);
        }
        for (SlotPiece piece : pieces) {
            long at = piece.start();
            for (SlotPiece present : there) {
                if (present.end() <= at || present.start() >= piece.end()) {
                    continue;
                }
                SlotPiece part = present.cut(at, piece.end());
                if (part.start() > at) {
                    map(piece.cut(at, part.start()));
                }
                SlotPiece wanted = piece.cut(part.start(), part.end());
                if (!part.isLike(wanted)) {
                    map(wanted);
                } else if (part.protection() != wanted.protection()) {
                    Mapping.protect(wanted.start(), wanted.end() - wanted.start(), wanted.protection());
                }
                at = part.end();
            }
            if (at < piece.end()) {
                map(piece.cut(at, piece.end()));
            }
        }
    }

    /** Takes away the parts of {@code piece} where nothing shall be. */
    private void unmapOthers(SlotPiece piece) {
        long at = piece.start();
        for (SlotPiece wanted : pieces) {
            if (wanted.end() <= at || wanted.start() >= piece.end()) {
                continue;
            }
            if (wanted.start() > at) {
                Mapping.unmap(at, wanted.start() - at);
            }
            at = wanted.end();
        }
        if (at < piece.end()) {
            Mapping.unmap(at, piece.end() - at);
        }
    }

    private static void map(SlotPiece piece) {
        long bytes = piece.end() - piece.start();
        switch (piece.kind()) {
            case ANONYMOUS -> Mapping.map(piece.start(), bytes, piece.protection(),
                    Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS | Mapping.MAP_NORESERVE | Mapping.MAP_FIXED, -1, 0);
            case IMAGE -> throw new LoadException("a part of an image is mapped at " + place(piece)
                    + " that is not there in this process");
            case PRIVATE_FILE, SHARED_FILE -> {
                boolean shared = piece.kind() == SlotPiece.Kind.SHARED_FILE;
                int file = Mapping.open(Path.of(piece.file()), shared && piece.isWritable() ? O_RDWR : 0);
                try {
                    Mapping.map(piece.start(), bytes, piece.protection(), (shared ? Mapping.MAP_SHARED
                            : Mapping.MAP_PRIVATE) | Mapping.MAP_FIXED,
                            file, piece.offset());
                } finally {
                    Mapping.close(file);
                }
            }
        }
    }

    void encode(DataOutput out) throws IOException {
        out.writeInt(pieces.size());
        for (SlotPiece piece : pieces) {
            out.writeLong(piece.start());
            out.writeLong(piece.end());
            out.writeByte(piece.protection());
            out.writeByte(piece.kind().ordinal());
            out.writeUTF(piece.file());
            out.writeLong(piece.offset());
        }
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @throws MoveException when that is not the map of a slot with these bounds
     */
    static SlotMap decode(DataInput in, long first, long end) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST_PIECES) {
            throw new MoveException("a damaged map of a slot: " + count + " pieces");
        }
        var pieces = new ArrayList<SlotPiece>();
        long least = first;
        for (int i = 0; i < count; i++) {
            long start = in.readLong();
            long stop = in.readLong();
            int protection = in.readByte();
            int kind = in.readByte();
            if (start < least || stop <= start || stop > end || ((start | stop) & Mapping.PAGE_SIZE - 1) != 0
                    || (protection & ~7) != 0
                    || kind < 0 || kind >= SlotPiece.Kind.values().length) {
                throw new MoveException("a damaged map of a slot: 0x" + Long.toHexString(start) + " to 0x"
                        + Long.toHexString(stop));
            }
            pieces.add(new SlotPiece(start, stop, protection, SlotPiece.Kind.values()[kind], in.readUTF(), in.readLong()));
            least = stop;
        }
        return new SlotMap(pieces);
    }
}
