package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import flotilla.bench.Charts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code flotilla bench} with its cheapest group. */
final class BenchTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

    @TempDir
    private Path folder;

    @BeforeEach
    void compilerAndFonts() {
        Installation.need("gcc");
        assumeTrue(Charts.fontsAreFound(), "no fonts are installed");
    }

    private static Command bench(String... words) {
        return new Command(Installation.FLOTILLA.toString(), "bench").and(words);
    }

    @Test
    void measuresPrintsStoresDrawsAndCompares() throws IOException {
        Path json = folder.resolve("run.json");
        Path charts = folder.resolve("charts");
        Command.Result measured = bench("switch", "--quick", "--samples", "1", "--json", json.toString(), "--charts", charts.toString()).run();
        assertThat(measured.status()).as(measured.toString()).isZero();
        assertThat(measured.errors()).isEmpty();
        assertThat(measured.output()).as(measured.toString()).contains("### switch", "| sched_yield |     2 | ns   |", "| sched_yield |     8 | ns   |");
        // Other implementations may be there in part; their compilers, say, without mpi.h.
        assertThat(measured.output().lines()).as(measured.toString()).noneMatch(line -> line.startsWith("- ") && line.contains("Flotilla"));

        List<JsonObject> samples = new ArrayList<>();
        JsonObject run = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        run.getAsJsonArray("measurements").forEach(one -> samples.add(one.getAsJsonObject()));
        List<JsonObject> own = samples.stream().filter(one -> one.get("system").getAsString().equals("Flotilla")).toList();
        assertThat(own).hasSize(2).allSatisfy(one -> {
            assertThat(one.getAsJsonArray("samples")).hasSize(1);
            // A switch takes longer than an instruction, and less than one of the kernel's by far.
            assertThat(one.getAsJsonArray("samples")).extracting(JsonElement::getAsDouble).allSatisfy(ns -> assertThat(ns).isBetween(1.0, 100_000.0));
        });
        boolean mpich = Installation.has("mpirun.mpich") && Installation.has("mpicc.mpich");
        assertThat(samples).filteredOn(one -> one.get("system").getAsString().equals("MPICH")).hasSize(mpich ? 2 : 0);
        assertThat(run.getAsJsonObject("machine").get("cores").getAsInt()).isPositive();
        assertThat(run.getAsJsonObject("versions").get("Java").getAsString()).startsWith("2");
        assertThat(Files.readAllBytes(charts.resolve("switch.png"))).startsWith(PNG).hasSizeGreaterThan(5000);

        Command.Result shown = bench("--show", json.toString(), "--compare", json.toString()).run();
        assertThat(shown.status()).as(shown.toString()).isZero();
        assertThat(shown.output()).as(shown.toString()).contains("| before |", "- the same within noise: 2 of 2")
                .doesNotContain("### ring", "worse:", "better:");
    }

    /** Flotilla's median of what a group has measured, by series and what varies. */
    private Map<String, Double> measured(String group) throws IOException {
        Path json = folder.resolve("run.json");
        Command.Result result = bench(group, "--quick", "--samples", "1", "--json", json.toString()).within(Duration.ofMinutes(5)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output().lines()).as(result.toString()).noneMatch(line -> line.startsWith("- ") && line.contains("with Flotilla"));
        Map<String, Double> medians = new TreeMap<>();
        JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonArray("measurements").forEach(element -> {
            JsonObject one = element.getAsJsonObject();
            if (one.get("system").getAsString().equals("Flotilla")) {
                medians.put(one.get("series").getAsString() + " " + one.get("x").getAsLong(), one.get("median").getAsDouble());
            }
        });
        return medians;
    }

    @Test
    void transports() throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libucp.so.0")), "no libucx0");
        Map<String, Double> medians = measured("transports");
        for (String transport : List.of("shm", "tcp", "ucx")) {
            assertThat(medians).as(transport).containsKeys(transport + " 8", transport + " 65536", transport + ", bandwidth 65536");
            assertThat(medians.get(transport + ", bandwidth 65536")).isCloseTo(65.536 / medians.get(transport + " 65536"), withinPercentage(1));
        }
    }

    @Test
    void migration() throws IOException {
        Map<String, Double> medians = measured("migration");
        assertThat(medians).containsOnlyKeys("between nodes 1048576", "between nodes, 14 MB of code 1048576", "sent 1048576",
                "sent, 14 MB of code 1048576", "between PEs of a node 1048576");
        assertThat(medians.get("sent 1048576")).isBetween(1.0, 1.1);
        // Code is mapped from the program's file.
        assertThat(medians.get("sent, 14 MB of code 1048576")).isBetween(1.0, 1.1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"imbalance", "front"})
    void balancing(String group) throws IOException {
        assertThat(measured(group)).containsKeys("all ranks alike, one node 0", "all ranks alike, two nodes 0", "all ranks alike, two nodes, auto 0",
                "stealing: one node 0", "two nodes, none 0", "two nodes, greedy 0", "two nodes, greedy-refine 0", "two nodes, refine 0",
                "two nodes, distributed 0", "two nodes, auto 0")
                .allSatisfy((series, milliseconds) -> assertThat(milliseconds).as(series).isPositive());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "frobnicate; there is no group frobnicate",
        "--samples 0; --samples 0",
        "--compare nowhere.json; nowhere.json",
        "--show pom.xml; pom.xml",
        "--json nowhere/at/all.json; nowhere/at",
        "--charts pom.xml; --charts pom.xml"})
    void badInputIsOneLineBeforeAnythingIsMeasured(String line, String mentioned) {
        Command.Result result = bench(line.split(" ")).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).startsWith("flotilla: ").contains(mentioned);
        assertThat(result.output()).isEmpty();
    }

    @Test
    void interruptLeavesNothingBehind() throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Command.Result result = new Command("timeout", "--foreground", "--preserve-status", "--signal=INT", "3", Installation.FLOTILLA.toString(), "bench", "idle")
                .with("FLOTILLA_JVM_OPTIONS", "-Djava.io.tmpdir=" + temporary).with("OF_THIS_TEST", folder.toString()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(130);
        assertThat(result.errors()).as(result.toString()).isEmpty();
        assertThat(temporary).isEmptyDirectory();
        assertThat(processesWith("OF_THIS_TEST=" + folder)).isEmpty();
    }

    private static List<Path> processesWith(String setting) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(process -> process.getFileName().toString().matches("\\d+")).filter(process -> {
                try {
                    return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1).contains(setting);
                } catch (IOException goneOrNotOurs) {
                    return false;
                }
            }).toList();
        }
    }
}
