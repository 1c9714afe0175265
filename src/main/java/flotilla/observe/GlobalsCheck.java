package flotilla.observe;

import flotilla.elf.ElfFile;
import flotilla.elf.Variables;
import flotilla.elf.Variables.Variable;
import flotilla.elf.debug.DebugFile;
import flotilla.elf.debug.ReadableNames;
import flotilla.elf.debug.SourceLine;
import flotilla.elf.debug.VariableLines;
import flotilla.image.LoadedImage;
import flotilla.image.PreparedProgram;
import flotilla.image.RankImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Finds the variables that ranks would share wrongly if they shared their images: for who makes a program fit for method
 * {@code none} by hand. In this run each rank has images of its own. When all stand at the same point, nobody runs, and what
 * differs between two ranks' copies of a variable is what one of them would have lost.
 */
public final class GlobalsCheck {
    /** When ranks are compared. */
    public enum When {
        /** At each MPI_Barrier on MPI_COMM_WORLD, and when the last rank has ended. */
        BARRIER,
        /** When the last rank has ended. */
        EXIT
    }

    /** A variable of an image; {@code distance} is where it lies behind the image's bias. */
    private record Watched(int image, long distance, long bytes, String description) {}

    /** What is watched of a program, and the ranks that run it. */
    private static final class Group {
        final List<Integer> ranks = new ArrayList<>();
        List<Watched> watched;
        /** Of each rank, those of its images. */
        final Map<Integer, long[]> biases = new HashMap<>();

        long address(int rank, Watched variable) {
            return biases.get(rank)[variable.image] + variable.distance;
        }
    }

    private static final Pattern NUMBER = Pattern.compile("\\.\\d+$");
    /** MPI's own, which it knows by their addresses: nobody writes there. */
    private static final String SENTINELS = "flotilla_sentinels";

    private final When when;
    private final RankImages[] images;
    private final Consumer<String> lines;
    private final AtomicInteger atBarrier = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private Map<PreparedProgram, Group> groups;
    private int barriers;
    private int comparisons;
    private int different;
    /** Own libraries whose static variables are not known. */
    private final Set<String> stripped = new HashSet<>();

    /**
     * @param images of all ranks, filled as they begin
     * @param lines  takes a line, without its end
     */
    public GlobalsCheck(When when, RankImages[] images, Consumer<String> lines) {
        this.when = when;
        this.images = images;
        this.lines = lines;
    }

    /** On the PE of a rank that is about to call MPI_Barrier on MPI_COMM_WORLD. All others wait in it when the last one comes. */
    void atBarrier() {
        if (when == When.BARRIER && atBarrier.incrementAndGet() == images.length) {
            atBarrier.set(0);
            barriers++;
            compare("at MPI_Barrier " + barriers);
        }
    }

    /** On the PE of a rank that has ended. */
    public void ended() {
        if (ended.incrementAndGet() == images.length) {
            compare("at exit");
        }
    }

    // Only the last rank to come to a point gets here, and the counters order what the PEs have done before.

    private synchronized void compare(String where) {
        comparisons++;
        if (groups == null) {
            groups = new LinkedHashMap<>();
            for (int rank = 0; rank < images.length; rank++) {
                groups.computeIfAbsent(images[rank].program(), key -> new Group()).ranks.add(rank);
            }
        }
        for (Group group : groups.values()) {
            if (group.watched == null) {
                group.watched = watched(images[group.ranks.getFirst()].own());
                group.ranks.forEach(rank -> group.biases.put(rank,
                        images[rank].own().stream().mapToLong(LoadedImage::bias).toArray()));
            }
            group.watched.removeIf(variable -> differs(group, variable, where));
        }
    }

    private List<Watched> watched(List<LoadedImage> own) {
        var watched = new ArrayList<Watched>();
        for (int i = 0; i < own.size(); i++) {
            ElfFile file = own.get(i).file();
            Path symbols = DebugFile.of(file);
            Variables variables = Variables.of(file, symbols);
            if (!variables.isComplete() && stripped.add(own.get(i).name())) {
                lines.accept("--check-globals: " + own.get(i).name() + " is stripped: its static variables are not compared; "
                        + "link it without -s");
            }
            Map<Long, SourceLine> places = VariableLines.find(symbols, variables.all().stream().map(Variable::start).toList());
            var ends = new HashMap<Long, Long>();
            for (Variable variable : variables.all()) {
                // Of several names of one place the first counts.
                if (!variable.isGuard() && !variable.name().startsWith(SENTINELS)
                        && ends.getOrDefault(variable.start(), 0L) < variable.end()) {
                    ends.put(variable.start(), variable.end());
                    watched.add(new Watched(i, variable.start(), variable.symbol().size(),
                            describe(variable, places.get(variable.start()), i == 0 ? null : own.get(i).name())));
                }
            }
        }
        return watched;
    }

    private static String describe(Variable variable, SourceLine place, String library) {
        SourceLine source = place != null ? place : variable.source() != null ? new SourceLine(variable.source(), 0) : null;
        String name = NUMBER.matcher(ReadableNames.of(variable.name(), source != null && source.isFortran())).replaceFirst("");
        long bytes = variable.symbol().size();
        return name + " (" + (source == null ? "" : source + ", ") + (library == null ? "" : library + ", ")
                + bytes + (bytes == 1 ? " byte)" : " bytes)");
    }

    private boolean differs(Group group, Watched variable, String where) {
        int first = group.ranks.getFirst();
        for (int other : group.ranks.subList(1, group.ranks.size())) {
            var pair = new RankPair(images[first], images[other], group.address(first, variable), group.address(other, variable), variable.bytes);
            long at = pair.difference();
            if (at >= 0) {
                different++;
                lines.accept("--check-globals: " + variable.description + " differs " + where + ": rank " + first + " has "
                        + pair.value(true, at) + ", rank " + other + " has " + pair.value(false, at));
                return true;
            }
        }
        return false;
    }

    /** The last line: what was found. */
    public String summary() {
        if (comparisons == 0) {
            return "--check-globals: nothing was compared: the job ended before all ranks were at "
                    + (when == When.BARRIER ? "MPI_Barrier or " : "") + "their end";
        }
        return "--check-globals: " + switch (different) {
            case 0 -> "no variable differs between ranks";
            case 1 -> "1 variable differs between ranks, and would be shared with --privatize=none";
            default -> different + " variables differ between ranks, and would be shared with --privatize=none";
        };
    }
}
