package flotilla.elf.unwind;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads words of a {@link TargetMemory} page by page, and keeps the pages used last. */
public final class PagedMemory {
    private static final int PAGE = 4096;
    private static final int KEPT = 256;

    private final TargetMemory memory;
    /** Null for a page that cannot be read. */
    private final Map<Long, ByteBuffer> pages = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
            return size() > KEPT;
        }
    };

    public PagedMemory(TargetMemory memory) {
        this.memory = memory;
    }

    private ByteBuffer page(long address) {
        long start = address & -PAGE;
        if (pages.containsKey(start)) {
            return pages.get(start);
        }
        byte[] bytes = new byte[PAGE];
        ByteBuffer page = memory.read(start, bytes, PAGE) ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN) : null;
        pages.put(start, page);
        return page;
    }

    /** Whether the byte at {@code address} can be read. */
    public boolean isReadable(long address) {
        return page(address) != null;
    }

    public int readByte(long address) throws UnreadableException {
        ByteBuffer page = page(address);
        if (page == null) {
            throw new UnreadableException(address);
        }
        return page.get((int) address & PAGE - 1) & 0xff;
    }

    public long readWord(long address) throws UnreadableException {
        int offset = (int) address & PAGE - 1;
        if (offset <= PAGE - 8) {
            ByteBuffer page = page(address);
            if (page == null) {
                throw new UnreadableException(address);
            }
            return page.getLong(offset);
        }
        return readUnsigned(address, 8);
    }

    /** A little-endian number of 1 to 8 bytes. */
    public long readUnsigned(long address, int bytes) throws UnreadableException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) readByte(address + i) << 8 * i;
        }
        return value;
    }
}
