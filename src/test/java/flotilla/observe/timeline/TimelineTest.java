package flotilla.observe.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a timeline, without a job. What jobs put into it is tested end to end. */
final class TimelineTest {
    @TempDir
    private Path folder;

    private static List<JsonObject> events(Path file) throws Exception {
        JsonArray array = JsonParser.parseString(Files.readString(file)).getAsJsonArray();
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
        var timeline = Timeline.begin(file, "./a \"quoted\" name\n", 3);
        timeline.migrated(2, 0, 1, 1 << 20, 1_500_250);
        timeline.balanced("GreedyRefine", 5, 2_000);
        assertThat(timeline.end()).isNull();
        List<JsonObject> events = events(file);
        List<JsonObject> marks = ofPhase(events, "i");
        assertThat(marks).extracting(mark -> mark.get("name").getAsString())
                .containsExactly("rank 2 moves from node 0 to node 1", "balancing by GreedyRefine: 5 moves");
        assertThat(marks.getFirst().getAsJsonObject("args")).hasToString("{\"rank\":2,\"from\":0,\"to\":1,\"bytes\":1048576,\"us\":1500.250}");
        assertThat(ofPhase(events, "M")).extracting(event -> event.getAsJsonObject("args").has("name")
                ? event.getAsJsonObject("args").get("name").getAsString() : "").contains("ranks of ./a \"quoted\" name\n", "rank 0", "rank 2");
    }

    /** More than fits into chunks and queue at once, from several threads. */
    @Test
    void nothingIsLost() throws Exception {
        Path file = folder.resolve("many.json");
        var timeline = Timeline.begin(file, "many", 4);
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

    @Test
    void lostFileIsTold() {
        var timeline = Timeline.begin(folder.resolve("there is no/such folder"), "lost", 1);
        assertThat(timeline.end()).contains("No such file");
    }
}
