package flotilla.image;

import flotilla.memory.Mapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The writable memory of a slot as it is before a rank's first instruction, page by page: what the files say, changed by
 * relocation. Words that hold addresses are kept relative to the slot and marked, so that a rank's copy only needs the
 * slot's address added to the marked words. Pages that nobody looked at are not kept.
 *
 * <p>Not thread-safe; {@link #freeze} gives the immutable result.
 */
final class InitialData implements WordStore {
    private static final int PAGE = (int) Mapping.PAGE_SIZE;

    /** Supplies what a file has for a page. */
    interface Source {
        void fill(long pageOffset, byte[] page);
    }

    private record Backing(long end, Source source) {}

    private static final class Page {
        final byte[] bytes = new byte[PAGE];
        /** Aligned words that hold slot-relative addresses. */
        final BitSet addresses = new BitSet();
    }

    private final Map<Long, Page> pages = new HashMap<>();
    private final TreeMap<Long, Backing> backings = new TreeMap<>();
    /** Words with addresses that are not aligned: packed structures have such. */
    private final TreeSet<Long> unaligned = new TreeSet<>();

    /** Says where the contents of the pages of [start, end) come from; elsewhere there are zeros. */
    void back(long start, long end, Source source) {
        backings.put(start, new Backing(end, source));
    }

    /** Makes the pages of [start, end) part of the result whether anybody writes to them or not. */
    void touch(long start, long end) {
        for (long at = Mapping.pageDown(start); at < end; at += PAGE) {
            page(at);
        }
    }

    /** The word at {@code offset}. Reading does not make its page part of the result: it may be one that cannot be written. */
    long getLong(long offset) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            Page page = pages.get(Mapping.pageDown(offset + i));
            if (page == null) {
                page = load(Mapping.pageDown(offset + i));
            }
            value = value << 8 | page.bytes[(int) ((offset + i) % PAGE)] & 0xff;
        }
        return value;
    }

    /** Whether the word at {@code offset} holds a slot-relative address. */
    boolean isAddress(long offset) {
        if (offset % 8 != 0) {
            return unaligned.contains(offset);
        }
        Page page = pages.get(Mapping.pageDown(offset));
        return page != null && page.addresses.get((int) (offset % PAGE / 8));
    }

    @Override
    public void constant(long offset, long value) {
        put(offset, value);
        mark(offset, false);
    }

    @Override
    public void address(long offset, long value) {
        put(offset, value);
        mark(offset, true);
    }

    void bytes(long offset, byte[] from) {
        for (int i = 0; i < from.length; ) {
            Page page = page(offset + i);
            int at = (int) ((offset + i) % PAGE);
            int length = Math.min(from.length - i, PAGE - at);
            System.arraycopy(from, i, page.bytes, at, length);
            i += length;
        }
    }

    private void put(long offset, long value) {
        for (int i = 0; i < 8; i++) {
            page(offset + i).bytes[(int) ((offset + i) % PAGE)] = (byte) (value >>> 8 * i);
        }
    }

    private void mark(long offset, boolean address) {
        if (offset % 8 == 0) {
            page(offset).addresses.set((int) (offset % PAGE / 8), address);
        } else if (address) {
            unaligned.add(offset);
        } else {
            unaligned.remove(offset);
        }
    }

    private Page page(long offset) {
        long start = Mapping.pageDown(offset);
        Page page = pages.get(start);
        if (page == null) {
            page = load(start);
            pages.put(start, page);
        }
        return page;
    }

    private Page load(long start) {
        var page = new Page();
        var backing = backings.floorEntry(start);
        if (backing != null && start < backing.getValue().end()) {
            backing.getValue().source().fill(start, page.bytes);
        }
        return page;
    }

    /** The result, in memory outside the Java heap that lives as long as {@code arena}. */
    Template freeze(Arena arena) {
        long[] starts = pages.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        MemorySegment contents = arena.allocate(Math.max(1, (long) starts.length * PAGE), 64);
        long[] runStart = new long[starts.length];
        long[] runBytes = new long[starts.length];
        int runs = 0;
        var addresses = new long[256];
        int count = 0;
        for (int i = 0; i < starts.length; i++) {
            Page page = pages.get(starts[i]);
            MemorySegment.copy(MemorySegment.ofArray(page.bytes), 0, contents, (long) i * PAGE, PAGE);
            if (runs > 0 && runStart[runs - 1] + runBytes[runs - 1] == starts[i]) {
                runBytes[runs - 1] += PAGE;
            } else {
                runStart[runs] = starts[i];
                runBytes[runs++] = PAGE;
            }
            for (int word = page.addresses.nextSetBit(0); word >= 0; word = page.addresses.nextSetBit(word + 1)) {
                if (count == addresses.length) {
                    addresses = Arrays.copyOf(addresses, count * 2);
                }
                addresses[count++] = starts[i] + word * 8L;
            }
        }
        long[] all = Arrays.copyOf(addresses, count + unaligned.size());
        for (long offset : unaligned) {
            all[count++] = offset;
        }
        return new Template(contents, Arrays.copyOf(runStart, runs), Arrays.copyOf(runBytes, runs),
                Arrays.stream(all).filter(offset -> SlotBases.isOwn(getLong(offset))).toArray(),
                Arrays.stream(all).filter(offset -> !SlotBases.isOwn(getLong(offset))).toArray());
    }
}
