package flotilla.observe.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of a timeline, without a job. What jobs put into it is tested end to end. */
final class TimelineTest {
    @TempDir
    private Path folder;

    private static List<JsonObject> events(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        String text = file.toString().endsWith(".gz")
                ? new String(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8) : new String(bytes, StandardCharsets.UTF_8);
        JsonArray array = JsonParser.parseString(text).getAsJsonArray();
        return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsJsonObject).toList();
    }

    private static List<JsonObject> ofPhase(List<JsonObject> events, String phase) {
        return events.stream().filter(event -> event.get("ph").getAsString().equals(phase)).toList();
    }

    @Test
    void emptyOneIsValid() throws Exception {
        Path file = folder.resolve("empty.json");
        Timeline.writeEmpty(file);
        assertThat(events(file)).isEmpty();
    }

    @Test
    void marksAndNames() throws Exception {
        Path file = folder.resolve("marks.json");
        var timeline = Timeline.begin(file, "./a \"quoted\" name\n", 3, 0, 1);
        timeline.balanced("GreedyRefine", 5, 2_000);
        assertThat(timeline.end()).isNull();
        List<JsonObject> events = events(file);
        List<JsonObject> marks = ofPhase(events, "i");
        assertThat(marks).extracting(mark -> mark.get("name").getAsString()).containsExactly("balancing by GreedyRefine: 5 moves");
        assertThat(marks.getFirst().getAsJsonObject("args")).hasToString("{\"strategy\":\"GreedyRefine\",\"moves\":5,\"us\":2.000}");
        assertThat(ofPhase(events, "M")).extracting(event -> event.getAsJsonObject("args").has("name")
                ? event.getAsJsonObject("args").get("name").getAsString() : "").contains("ranks of ./a \"quoted\" name\n", "rank 0", "rank 2");
    }

    /** More than fits into chunks and queue at once, from several threads. */
    @Test
    void nothingIsLost() throws Exception {
        Path file = folder.resolve("many.json");
        var timeline = Timeline.begin(file, "many", 4, 0, 1);
        int each = 100_000;
        var threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            int rank = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    timeline.recorder().append(Chunk.CALL, rank, 0, System.nanoTime(), System.nanoTime(), 0);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(timeline.end()).isNull();
        try (var lines = Files.lines(file)) {
            assertThat(lines.filter(line -> line.contains("\"ph\":\"X\"")).count()).isEqualTo(4L * each);
        }
    }

    /** What nodes have written becomes one file, also when one of them was killed while it wrote, or has written nothing here. */
    @ParameterizedTest
    @ValueSource(strings = {"job.json", "job.json.gz"})
    void partsBecomeOneFile(String name) throws Exception {
        Path file = folder.resolve(name);
        for (int node = 0; node < 2; node++) {
            var timeline = Timeline.begin(TimelineParts.of(file, node), "job", 1, node, 2);
            timeline.balanced("part " + node, 0, 0);
            assertThat(timeline.end()).isNull();
        }
        assertThat(TimelineParts.merge(file, 2)).isEmpty();
        assertThat(ofPhase(events(file), "i")).extracting(mark -> mark.get("name").getAsString())
                .containsExactly("balancing by part 0: 0 moves", "balancing by part 1: 0 moves");
        assertThat(folder).isDirectoryNotContaining("glob:**.{node1,merged}*");

        byte[] whole = Files.readAllBytes(file);
        Files.write(TimelineParts.of(file, 1), Arrays.copyOf(whole, whole.length / 2));
        assertThat(TimelineParts.merge(file, 3)).hasSize(2).anyMatch(line -> line.startsWith("what node 1 has written is not complete"))
                .anyMatch(line -> line.startsWith("node 2 has no file "));
        assertThat(ofPhase(events(file), "i")).hasSizeBetween(2, 4);
    }

    @Test
    void lostFileIsTold() {
        var timeline = Timeline.begin(folder.resolve("there is no/such folder"), "lost", 1, 0, 1);
        assertThat(timeline.end()).contains("No such file");
    }
}
