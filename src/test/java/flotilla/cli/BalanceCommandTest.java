package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.balance.strategy.Strategies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BalanceCommandTest {
    @TempDir
    private Path folder;

    private String errors;

    private int execute(ByteArrayOutputStream output, String... words) {
        var complaints = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        try {
            System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complaints, true, StandardCharsets.UTF_8));
            return Main.execute(words);
        } finally {
            System.setOut(out);
            System.setErr(err);
            errors = complaints.toString(StandardCharsets.UTF_8);
        }
    }

    private String good(String... words) {
        var output = new ByteArrayOutputStream();
        assertThat(execute(output, words)).as(errors).isZero();
        return output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void generatedProgramsAreSimulated() throws IOException {
        Path file = folder.resolve("trace");
        for (String pattern : List.of("balanced", "imbalanced", "front", "random")) {
            good("balance", "generate", file.toString(), "--pattern", pattern, "-n", "97", "--pes", "8", "--nodes", "4",
                    "--steps", "3");
            assertThat(Files.size(file)).isPositive();
            String table = good("balance", "simulate", file.toString(), "--strategy",
                    "greedy,greedy-refine,refine,distributed,rotate,random,auto");
            assertThat(table.lines().toList()).hasSize(10).allSatisfy(line -> assertThat(line.length()).isLessThan(130));
            assertThat(table).startsWith("strategy").contains("\nnone ", "\ngreedy-refine ", "\nideal ");
        }
    }

    @Test
    void otherShapesAndTolerancesAreTaken() {
        Path file = folder.resolve("trace");
        good("balance", "generate", file.toString(), "-n", "64", "--pes", "2");
        String narrow = good("balance", "simulate", file.toString(), "--strategy", "refine", "--pes", "8", "--nodes", "4",
                "--tolerance", "0");
        String wide = good("balance", "simulate", file.toString(), "--strategy", "refine", "--pes", "8", "--nodes", "4",
                "--tolerance", "9");
        assertThat(line(narrow, "refine")).doesNotContain("  0  ");
        assertThat(line(wide, "refine")).contains("  0  ");
    }

    private static String line(String table, String strategy) {
        return table.lines().filter(line -> line.startsWith(strategy + " ")).findFirst().orElseThrow();
    }

    @Test
    void helpNamesAllStrategies() {
        assertThat(good("balance", "simulate", "--help")).contains(Strategies.NAMES);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "balance; no command",
        "balance simulate; FILE",
        "balance simulate nowhere --strategy none; nowhere",
        "balance simulate pom.xml --strategy none; no trace",
        "balance simulate pom.xml; --strategy",
        "balance simulate pom.xml --strategy frobnicate; frobnicate",
        "balance simulate pom.xml --strategy none --pes 0; --pes 0",
        "balance simulate pom.xml --strategy none --tolerance NaN; --tolerance NaN",
        "balance generate nowhere/at/all -n 4 --pes 2; nowhere/at/all",
        "balance generate x -n 4 --pes 2 --nodes 3; --nodes 3",
        "balance generate x -n 4 --pes 2 --pattern stripes; stripes",
        "balance generate x -n 99999999 --pes 2; --ranks 99999999"})
    void badInputIsOneLine(String line, String mentioned) {
        var output = new ByteArrayOutputStream();
        assertThat(execute(output, line.split(" "))).isEqualTo(2);
        assertThat(output.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(errors).startsWith("flotilla: ").hasLineCount(1).contains(mentioned);
    }
}
