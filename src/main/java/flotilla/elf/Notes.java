package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the note segments of a file say that matters here. */
final class Notes {
    private static final int NT_GNU_BUILD_ID = 3;
    /** Left by the plugin behind {@code --privatize=auto-tls} (plugin/auto-tls). */
    private static final int NT_FLOTILLA_AUTO_TLS = 1;
    private static final long MOST_BYTES = 1 << 16;

    private final FileBytes bytes;
    /** Empty when there is none. */
    byte[] buildId = new byte[0];
    boolean autoTls;

    Notes(FileBytes bytes, List<Segment> segments) {
        this.bytes = bytes;
        for (Segment segment : segments) {
            if (segment.type() == Elf.PT_NOTE && segment.fileSize() <= MOST_BYTES) {
                read(bytes.read(segment.offset(), segment.fileSize(), "a note segment"), segment.align() == 8 ? 8 : 4);
            }
        }
    }

    private void read(ByteBuffer notes, int alignment) {
        long at = 0;
        while (at + 12 <= notes.limit()) {
            long nameSize = notes.getInt((int) at) & 0xffff_ffffL;
            long size = notes.getInt((int) at + 4) & 0xffff_ffffL;
            int type = notes.getInt((int) at + 8);
            long name = at + 12;
            long description = align(name + nameSize, alignment);
            if (description + size > notes.limit()) {
                throw ElfException.damaged(bytes.name(), "has a note that runs past its segment");
            }
            if (type == NT_GNU_BUILD_ID && isOwner(notes, name, nameSize, "GNU") && buildId.length == 0) {
                buildId = new byte[(int) size];
                notes.get((int) description, buildId);
            } else if (type == NT_FLOTILLA_AUTO_TLS && isOwner(notes, name, nameSize, "Flotilla")) {
                autoTls = true;
            }
            at = align(description + size, alignment);
        }
    }

    private static boolean isOwner(ByteBuffer notes, long at, long size, String owner) {
        byte[] expected = (owner + "\0").getBytes(StandardCharsets.US_ASCII);
        return size == expected.length && notes.slice((int) at, expected.length).equals(ByteBuffer.wrap(expected));
    }

    private static long align(long value, int alignment) {
        return (value + alignment - 1) & -alignment;
    }
}
