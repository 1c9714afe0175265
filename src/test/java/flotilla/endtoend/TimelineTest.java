package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --trace}: the file is whole whatever ends the job, and says what has happened. */
final class TimelineTest {
    private static final int PES = 1;
    private static final int RANKS = 2;
    private static final int OTHER_PES = 3;

    @TempDir
    private Path folder;

    @BeforeAll
    static void need() {
        Installation.need("gcc");
    }

    private static String build(Path source) {
        return Guest.of(source).build(Toolchain.FLOTILLA).toString();
    }

    /** A slice; times in nanoseconds. */
    private record Slice(long begin, long end, String name) {
        boolean contains(long time) {
            return begin <= time && time <= end;
        }
    }

    /** A file, and what is true of every one. */
    private static final class Events {
        final Map<List<Integer>, List<Slice>> rows = new HashMap<>();
        final Map<List<Integer>, String> names = new HashMap<>();
        final Map<Long, JsonObject> starts = new HashMap<>();
        final Map<Long, JsonObject> ends = new HashMap<>();
        /** Beginnings of the arrows of ranks that move, whose ends are in {@link #ends} too. */
        final Map<Long, JsonObject> moveStarts = new HashMap<>();
        /** Slices of ranks that move. */
        final List<JsonObject> migrations = new ArrayList<>();
        final List<JsonObject> marks = new ArrayList<>();

        Events(Path file) throws IOException {
            try (InputStream raw = Files.newInputStream(file);
                    InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
                for (JsonElement element : JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8)).getAsJsonArray()) {
                    add(element.getAsJsonObject());
                }
            }
            rows.forEach(Events::checkNesting);
            var all = new HashMap<>(starts);
            all.putAll(moveStarts);
            assertThat(all).hasSize(starts.size() + moveStarts.size());
            assertThat(all.keySet()).isEqualTo(ends.keySet());
            all.forEach((id, start) -> {
                assertThat(time(start)).isLessThanOrEqualTo(time(ends.get(id)));
                assertThat(start.get("args")).isEqualTo(ends.get(id).get("args"));
                assertThat(start.get("cat")).isEqualTo(ends.get(id).get("cat"));
                checkOnSlice(start);
                checkOnSlice(ends.get(id));
            });
            assertThat(names.keySet()).containsAll(rows.keySet());
        }

        private void add(JsonObject event) {
            switch (event.get("ph").getAsString()) {
                case "X" -> {
                    rows.computeIfAbsent(row(event), row -> new ArrayList<>()).add(new Slice(time(event),
                            time(event) + nanos(event, "dur"), event.get("name").getAsString()));
                    if (event.has("cat")) {
                        migrations.add(event);
                    }
                }
                case "i" -> marks.add(event);
                case "s" -> assertThat((event.get("cat").getAsString().equals("message") ? starts : moveStarts).put(event.get("id").getAsLong(), event)).isNull();
                case "f" -> assertThat(ends.put(event.get("id").getAsLong(), event)).isNull();
                case "M" -> {
                    if (event.get("name").getAsString().equals("thread_name")) {
                        names.put(row(event), event.getAsJsonObject("args").get("name").getAsString());
                    }
                }
                default -> throw new AssertionError(event);
            }
        }

        /** Arrows from a row of one process to one of another. */
        long between(Map<Long, JsonObject> begun, int from, int to) {
            return begun.entrySet().stream().filter(start -> row(start.getValue()).getFirst() == from
                    && row(ends.get(start.getKey())).getFirst() == to).count();
        }

        private static List<Integer> row(JsonObject event) {
            return List.of(event.get("pid").getAsInt(), event.get("tid").getAsInt());
        }

        private static long nanos(JsonObject event, String key) {
            return event.get(key).getAsBigDecimal().movePointRight(3).longValueExact();
        }

        private static long time(JsonObject event) {
            return nanos(event, "ts");
        }

        static long bytes(JsonObject event) {
            return event.getAsJsonObject("args").get("bytes").getAsLong();
        }

        /** Of two slices of a row, one is within the other, or before it. */
        private static void checkNesting(List<Integer> row, List<Slice> slices) {
            slices.sort(Comparator.comparingLong(Slice::begin).thenComparing(Comparator.comparingLong(Slice::end).reversed()));
            var open = new ArrayDeque<Slice>();
            for (Slice slice : slices) {
                while (!open.isEmpty() && open.peek().end <= slice.begin) {
                    open.pop();
                }
                assertThat(open.isEmpty() || slice.end <= open.peek().end).as("%s: %s in %s", row, slice, open.peek()).isTrue();
                open.push(slice);
            }
        }

        private void checkOnSlice(JsonObject event) {
            assertThat(rows.getOrDefault(row(event), List.of())).as(event.toString()).anyMatch(slice -> slice.contains(time(event)));
        }

        /** Names of the slices in the rows of a process. */
        List<String> slices(int process) {
            return rows.entrySet().stream().filter(row -> row.getKey().getFirst() == process)
                    .flatMap(row -> row.getValue().stream().map(Slice::name)).toList();
        }

        /** Names of the slices in a row. */
        List<String> slices(String row) {
            return rows.entrySet().stream().filter(entry -> names.get(entry.getKey()).equals(row))
                    .flatMap(entry -> entry.getValue().stream().map(Slice::name)).toList();
        }
    }

    private Events run(String name, int ranks, int status, String... program) throws IOException {
        Path file = folder.resolve(name);
        Command.Result result = Installation.run(ranks, "--trace", file.toString()).and(program).within(Duration.ofSeconds(60)).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        return new Events(file);
    }

    /** Each rank passes a token of 8 bytes on, ten times. */
    @ParameterizedTest
    @CsvSource({"ring.json, 4", "ring.json.gz, 4", "many.json, 64"})
    void ringOfMessages(String file, int ranks) throws IOException {
        Events events = run(file, ranks, 0, build(Installation.EXAMPLES.resolve("ring.c")));
        assertThat(events.starts).hasSize(10 * ranks);
        assertThat(events.starts.values().stream().mapToLong(Events::bytes).sum()).isEqualTo(8L * 10 * ranks);
        for (int rank = 0; rank < ranks; rank++) {
            assertThat(events.slices(PES)).contains("rank " + rank);
            assertThat(events.slices("rank " + rank)).isNotEmpty().allMatch(name -> name.startsWith("MPI_"));
        }
        assertThat(events.slices(RANKS)).contains("MPI_Recv", "MPI_Barrier");
        assertThat(events.names.values()).contains("PE 0", "PE 1");
        // What a rank waits in is seen where the PE leaves it, too.
        assertThat(events.slices(PES)).contains("MPI_Recv");
        // No PE runs two ranks at once: their slices are beside each other, not nested.
        events.rows.forEach((row, slices) -> {
            long end = 0;
            for (Slice slice : slices.stream().filter(slice -> slice.name.startsWith("rank ")).toList()) {
                assertThat(slice.begin).isGreaterThanOrEqualTo(end);
                end = slice.end;
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"pointtopoint/matching.c, 624", "pointtopoint/modes.c, 832", "threads/multiple.c, 756", "collectives/intracommunicator.c, 0"})
    void messagesOfAllKinds(String guest, int messages) throws IOException {
        Events events = run("kinds.json", 4, 0, build(Installation.GUESTS.resolve(guest)));
        assertThat(events.starts.size()).isGreaterThanOrEqualTo(messages);
        for (int rank = 0; rank < 4; rank++) {
            assertThat(events.slices(PES)).contains("rank " + rank);
        }
    }

    @Test
    void deadlockShowsWhoWaitsForWhat() throws IOException {
        Events events = run("deadlock.json", 4, 1, build(Installation.GUESTS.resolve("job/deadlock.c")));
        assertThat(events.slices("rank 0")).contains("MPI_Recv");
        assertThat(events.slices("rank 1")).contains("MPI_Wait");
        assertThat(events.slices("rank 2")).contains("MPI_Ssend");
        assertThat(events.slices("rank 3")).contains("MPI_Barrier");
        assertThat(events.starts).isEmpty();
    }

    private Events runNodes(String name, int status, String... more) throws IOException {
        Path file = folder.resolve(name);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--nodes", "2", "--pes-per-node", "1", "--trace", file.toString())
                .and(more).within(Duration.ofSeconds(120)).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.errors()).as(result.toString()).doesNotContain("--trace");
        assertThat(folder).isDirectoryNotContaining("glob:**.{node1,merged}*");
        return new Events(file);
    }

    /** Ranks 0 and 1 are in one process, 2 and 3 in another: 20 of the 40 messages go to the other process. */
    @ParameterizedTest
    @ValueSource(strings = {"nodes.json", "nodes.json.gz"})
    void oneFileForAllNodes(String name) throws IOException {
        Events events = runNodes(name, 0, "-n", "4", build(Installation.EXAMPLES.resolve("ring.c")));
        assertThat(events.names.values()).contains("rank 0", "rank 3").filteredOn(row -> row.equals("PE 0")).hasSize(2);
        assertThat(events.slices(PES)).contains("rank 0", "rank 1").doesNotContain("rank 2", "rank 3");
        assertThat(events.slices(OTHER_PES)).contains("rank 2", "rank 3").doesNotContain("rank 0", "rank 1");
        // With those of the barriers, which have no content.
        assertThat(events.starts.values().stream().mapToLong(Events::bytes).sum()).isEqualTo(8L * 10 * 4);
        var tokens = new HashMap<>(events.starts);
        tokens.values().removeIf(start -> Events.bytes(start) == 0);
        assertThat(tokens).hasSize(40);
        assertThat(events.between(tokens, PES, OTHER_PES)).isEqualTo(10);
        assertThat(events.between(tokens, OTHER_PES, PES)).isEqualTo(10);
        assertThat(events.migrations).isEmpty();
    }

    @Test
    void deadlockOnTwoNodes() throws IOException {
        Events events = runNodes("deadlock.json", 1, "-n", "4", build(Installation.GUESTS.resolve("job/deadlock.c")));
        assertThat(events.slices("rank 0")).contains("MPI_Recv");
        assertThat(events.slices("rank 2")).contains("MPI_Ssend");
    }

    /** Each rank visits both nodes, on its own wish. */
    @Test
    void ranksThatMove() throws IOException {
        Events events = runNodes("ampi.json", 0, "-n", "4", build(Installation.GUESTS.resolve("balance/ampi.c")));
        checkMoves(events);
        // From PE to PE: ranks 0 and 3 go away and come back, 1 and 2 are where they go first; and then there is balancing.
        assertThat(events.migrations).hasSizeGreaterThanOrEqualTo(6);
        for (int rank = 0; rank < 4; rank++) {
            assertThat(events.slices("rank " + rank)).contains("AMPI_Migrate_to_pe")
                    .contains(rank < 2 ? "moves from node 0 to node 1" : "moves from node 1 to node 0");
            assertThat(events.slices(PES)).contains("rank " + rank);
            assertThat(events.slices(OTHER_PES)).contains("rank " + rank);
        }
        assertThat(events.marks).extracting(mark -> mark.get("name").getAsString()).anyMatch(name -> name.matches("balancing by greedy-refine: \\d+ moves"));
    }

    /** Messages of all sizes, between ranks that are moved again and again: they are sent on, or wait where the rank has been. */
    @Test
    void messagesBetweenRanksThatAreMoved() throws IOException {
        Events events = runNodes("soak.json.gz", 0, "-n", "6", "--balance", "rotate", "--balance-every", "50ms",
                build(Installation.GUESTS.resolve("moving/soak.c")), "30");
        checkMoves(events);
        assertThat(events.migrations).isNotEmpty();
        assertThat(events.marks).isNotEmpty().allSatisfy(mark -> {
            assertThat(mark.getAsJsonObject("args").get("strategy").getAsString()).isEqualTo("rotate");
            assertThat(mark.getAsJsonObject("args").get("us").getAsDouble()).isPositive();
        });
        assertThat(events.marks).anyMatch(mark -> mark.getAsJsonObject("args").get("moves").getAsInt() == 6);
        var large = new HashMap<>(events.starts);
        large.values().removeIf(start -> Events.bytes(start) <= 8192);
        assertThat(events.between(large, PES, OTHER_PES)).isPositive();
        assertThat(events.between(large, OTHER_PES, PES)).isPositive();
    }

    /** Every move has its numbers, and an arrow from one node to the other when the rank ran there, which it did unless the job was over. */
    private static void checkMoves(Events events) {
        for (JsonObject move : events.migrations) {
            JsonObject details = move.getAsJsonObject("args");
            assertThat(details.get("from").getAsInt()).isNotEqualTo(details.get("to").getAsInt());
            assertThat(details.get("rank").getAsInt()).isEqualTo(move.get("tid").getAsInt());
            assertThat(details.get("bytes").getAsLong()).isPositive();
            assertThat(details.get("us")).isEqualTo(move.get("dur"));
        }
        assertThat(events.moveStarts).hasSameSizeAs(events.migrations);
        assertThat(events.between(events.moveStarts, PES, OTHER_PES) + events.between(events.moveStarts, OTHER_PES, PES))
                .isEqualTo(events.moveStarts.size());
    }

    @Test
    void abortedJob() throws IOException {
        Events events = run("abort.json", 4, 17, build(Installation.GUESTS.resolve("job/abort.c")));
        assertThat(events.slices(PES)).contains("rank 1");
    }

    @ParameterizedTest
    @CsvSource({"INT, compute", "INT, wait", "TERM, compute"})
    void interruptedJob(String signal, String how) throws IOException {
        Path file = folder.resolve("interrupted.json");
        Command.Result result = new Command("bash", "-c", """
                set -m
                "$0" run -n 4 --pes 2 --trace "$1" "$2" %s > /dev/null 2> "$1.errors" & pid=$!
                for i in $(seq 300); do grep -qs ready "$1.errors" && break; sleep 0.1; done
                kill -%s $pid; wait $pid; echo $?
                """.formatted(how, signal), Installation.FLOTILLA.toString(), file.toString(), build(Installation.GUESTS.resolve("job/endless.c")))
                .within(Duration.ofSeconds(60)).run();
        assertThat(result.output()).as(result.toString()).isEqualTo(signal.equals("INT") ? "130\n" : "143\n");
        var events = new Events(file);
        // Rank 0 was still there, and the others waited for it.
        long last = events.rows.values().stream().flatMap(List::stream).mapToLong(Slice::end).max().orElseThrow();
        assertThat(events.slices("rank 3")).contains("MPI_Barrier");
        if (how.equals("compute")) {
            assertThat(events.rows.values().stream().flatMap(List::stream).filter(slice -> slice.end == last).map(Slice::name)).contains("rank 0");
        } else {
            assertThat(events.slices("rank 0")).contains("sleep");
        }
    }

    @Test
    void badInputIsOneLine() {
        String program = build(Installation.EXAMPLES.resolve("ring.c"));
        for (List<String> options : List.of(List.of("--trace", folder + "/no/such.json"), List.of("--trace", folder.toString()), List.of("--trace=/dev/full"),
                List.of("--trace", folder + "/x.json", "--strace-mpi"), List.of("--trace", folder + "/x.json", "--privatize=none", "--check-globals"))) {
            Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "2").and(options).and(program).run();
            assertThat(result.status()).as(result.toString()).isEqualTo(2);
            assertThat(result.errorLines()).as(result.toString()).hasSize(1).first().asString().startsWith("flotilla: --trace");
        }
    }
}
