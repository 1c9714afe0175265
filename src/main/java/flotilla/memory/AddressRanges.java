package flotilla.memory;

import java.util.Arrays;

/** Ranges of addresses that do not overlap. Grows only; reading takes no lock. Thread-safe. */
final class AddressRanges {
    /** Starts and ends, ascending. */
    private volatile long[] bounds = {};

    /** Adds [first, end). */
    synchronized void add(long first, long end) {
        long[] more = Arrays.copyOf(bounds, bounds.length + 2);
        int at = bounds.length;
        for (; at > 0 && more[at - 2] > first; at -= 2) {
            more[at] = more[at - 2];
            more[at + 1] = more[at - 1];
        }
        more[at] = first;
        more[at + 1] = end;
        bounds = more;
    }

    /** Whether all of [first, end), which is not empty, lies in one range. */
    boolean contain(long first, long end) {
        long[] ranges = bounds;
        int low = 0;
        int high = ranges.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (first < ranges[2 * middle]) {
                high = middle - 1;
            } else if (first >= ranges[2 * middle + 1]) {
                low = middle + 1;
            } else {
                return end > first && end <= ranges[2 * middle + 1];
            }
        }
        return false;
    }
}
