package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChartsTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void fonts() {
        assumeTrue(Charts.fontsAreFound(), "no fonts are installed");
    }

    private static long pixels(BufferedImage image, Color color) {
        long count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += image.getRGB(x, y) == color.getRGB() ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void linesAndTargetsAreDrawn() throws IOException {
        new Charts(folder).draw(Runs.GROUP, Runs.run(Runs.of("hop", 1, MpiSystem.FLOTILLA, 90), Runs.of("hop", 2, MpiSystem.FLOTILLA, 90),
                Runs.of("hop", 1024, MpiSystem.FLOTILLA, 3000), Runs.of("hop", 2, MpiSystem.MPICH, 800_000)));
        BufferedImage lines = ImageIO.read(folder.resolve("hops.png").toFile());
        assertThat(pixels(lines, ChartStyle.color(MpiSystem.FLOTILLA.label()))).isGreaterThan(500);
        assertThat(pixels(lines, ChartStyle.color(MpiSystem.MPICH.label()))).isGreaterThan(30);
        assertThat(pixels(lines, ChartStyle.color(MpiSystem.OPEN_MPI.label()))).isZero();
        assertThat(pixels(lines, ChartStyle.TARGET)).isGreaterThan(60);
        BufferedImage bars = ImageIO.read(folder.resolve("bars.png").toFile());
        assertThat(pixels(bars, ChartStyle.color(MpiSystem.FLOTILLA.label()))).isGreaterThan(2000);
    }

    @Test
    void oneValueOrNoneIsNoProblem() {
        var charts = new Charts(folder);
        charts.draw(Runs.GROUP, Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 50)));
        assertThat(folder.resolve("hops.png")).isNotEmptyFile();
        charts.draw(Runs.GROUP, Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 0)));
        charts.draw(Runs.GROUP, Runs.run());
    }

    @Test
    void folderThatIsAFileIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> new Charts(file)).isInstanceOf(BenchException.class).hasMessageContaining(file.toString());
    }
}
