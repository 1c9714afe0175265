package flotilla.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The levels of the x86-64 psABI ("Low-Level System Information", micro-architecture levels) that this processor has, for
 * which ld.so looks into subfolders {@code glibc-hwcaps/x86-64-vN} first.
 */
final class ProcessorLevel {
    private record Level(String name, Set<String> flags) {}

    /** By the names of /proc/cpuinfo: pni is SSE3, abm has LZCNT. A level includes those before it. */
    private static final List<Level> LEVELS = List.of(
            new Level("x86-64-v2", Set.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3")),
            new Level("x86-64-v3", Set.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave")),
            new Level("x86-64-v4", Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl")));

    /** Best first; empty for the first x86-64 processors, and where the kernel does not say. */
    static final List<String> NAMES = of(processorFlags());

    static List<String> of(Set<String> flags) {
        var names = new ArrayList<String>();
        for (Level level : LEVELS) {
            if (!flags.containsAll(level.flags())) {
                break;
            }
            names.addFirst(level.name());
        }
        return List.copyOf(names);
    }

    private static Set<String> processorFlags() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("flags")).findFirst()
                    .map(line -> Arrays.stream(line.substring(line.indexOf(':') + 1).strip().split(" +"))
                            .collect(Collectors.toSet()))
                    .orElse(Set.of());
        } catch (IOException e) {
            return Set.of();
        }
    }

    private ProcessorLevel() {}
}
