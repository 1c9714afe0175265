package flotilla.migrate;

import flotilla.memory.Mapping;
import flotilla.memory.ProcessMaps;

/**
 * A part of a slot that is mapped: [start, end).
 *
 * @param protection as in {@link Mapping}
 * @param kind       where its contents come from
 * @param file       path of the rank's own file behind it, or empty
 * @param offset     of {@code start} in that file
 */
record SlotPiece(long start, long end, int protection, Kind kind, String file, long offset) {
    enum Kind {
        /** Zeros at first. */
        ANONYMOUS,
        /** A file of an image, which who maps images knows. */
        IMAGE,
        /** A file that the rank has mapped, and its changes to it are its own, or not. */
        PRIVATE_FILE,
        SHARED_FILE
    }

    /** Of what the kernel says of this process. */
    static SlotPiece of(ProcessMaps.Entry entry, boolean isImage) {
        Kind kind = isImage ? Kind.IMAGE : entry.isPrivateAnonymous() ? Kind.ANONYMOUS
                : entry.isShared() ? Kind.SHARED_FILE : Kind.PRIVATE_FILE;
        boolean named = kind == Kind.PRIVATE_FILE || kind == Kind.SHARED_FILE;
        return new SlotPiece(entry.start(), entry.end(), entry.protection(), kind, named ? entry.file() : "", named
                ? entry.offset() : 0);
    }

    boolean isReadable() {
        return (protection & Mapping.PROT_READ) != 0;
    }

    boolean isWritable() {
        return (protection & Mapping.PROT_WRITE) != 0;
    }

    boolean isPrivate() {
        return kind != Kind.SHARED_FILE;
    }

    /** The part of it that lies in [from, to). */
    SlotPiece cut(long from, long to) {
        long first = Math.max(start, from);
        return new SlotPiece(first, Math.min(end, to), protection, kind, file, file.isEmpty() ? 0 : offset + (first - start));
    }

    /** Whether one mapping stands for another of these pages. */
    boolean isLike(SlotPiece other) {
        return kind == other.kind && file.equals(other.file) && offset - start == other.offset - other.start;
    }
}
