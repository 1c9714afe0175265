package flotilla.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's limit on the number of mappings of a process ({@code vm.max_map_count}, proc_sys_vm(5)). */
public final class MappingLimits {
    private static final Path MAX_MAP_COUNT = Path.of("/proc/sys/vm/max_map_count");
    /** What the JVM still maps while a job runs: thread stacks, code and heap chunks, malloc arenas. */
    private static final long HEADROOM = 2048;

    /**
     * Checks that {@code ranks} slots fit beside what is mapped now.
     *
     * @param mappingsPerRank mappings that one rank needs at its start
     * @throws AddressSpaceException when they do not; the message says the limit and how to raise it
     */
    public static void check(int ranks, int mappingsPerRank) {
        check(ranks, mappingsPerRank, limit(), ProcessMaps.read().size());
    }

    static void check(int ranks, int mappingsPerRank, long limit, long present) {
        long needed = (long) ranks * mappingsPerRank + present + HEADROOM;
        if (needed > limit) {
            long possible = Math.max(0, (limit - present - HEADROOM) / mappingsPerRank);
            throw new AddressSpaceException(ranks + " ranks need about " + needed + " memory mappings, and vm.max_map_count allows "
                    + limit + " in a process (about " + possible + " ranks); raise it with: sysctl -w vm.max_map_count="
                    + Long.highestOneBit(needed) * 2);
        }
    }

    /** vm.max_map_count, or Long.MAX_VALUE where it cannot be read. */
    static long limit() {
        // Files under /proc/sys answer one read in full, and nothing to a second: a buffer that grows reads one digit.
        try (var in = Files.newInputStream(MAX_MAP_COUNT)) {
            var digits = new byte[32];
            int length = Math.max(0, in.read(digits));
            return Long.parseLong(new String(digits, 0, length, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private MappingLimits() {}
}
