package flotilla.bench;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;

/** Draws the charts of groups into a folder, as PNG files. */
public final class Charts {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 600;

    private final Path folder;

    /** Also sees whether charts can be drawn here at all, so that nobody waits for measurements in vain. */
    public Charts(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException unwritable) {
            throw new BenchException("--charts " + folder + ": the folder can't be made: " + unwritable.getMessage());
        }
        if (!Files.isWritable(folder)) {
            throw new BenchException("--charts " + folder + ": not writable");
        }
        if (!fontsAreFound()) {
            throw new BenchException("--charts " + folder + ": Java finds no fonts; install some (apt install fontconfig fonts-dejavu-core libfreetype6)");
        }
    }

    /** Also tells Java that there is no screen. */
    public static boolean fontsAreFound() {
        System.setProperty("java.awt.headless", "true");
        try {
            new Font(Font.SANS_SERIF, Font.PLAIN, 12).getStringBounds("0", new FontRenderContext(null, true, true));
            return true;
        } catch (LinkageError | RuntimeException | InternalError noFonts) {
            return false;
        }
    }

    /** Draws all charts of a group for which the run has measurements. */
    public void draw(Group group, BenchRun run) {
        for (ChartPlan plan : group.charts()) {
            List<Measurement> drawn = run.of(group.name()).stream().filter(one -> plan.series().contains(one.series())).toList();
            if (drawn.stream().anyMatch(one -> one.median() > 0)) {
                write(plan.file(), plan.shape() == ChartPlan.Shape.BARS ? new BarChart(plan, drawn).chart() : new LineChart(group, plan, drawn, run).chart());
            }
        }
    }

    private void write(String name, JFreeChart chart) {
        Path file = folder.resolve(name + ".png");
        try (OutputStream out = Files.newOutputStream(file)) {
            ChartUtils.writeChartAsPNG(out, chart, WIDTH, HEIGHT);
        } catch (IOException unwritable) {
            throw new BenchException("--charts: " + file + " can't be written: " + unwritable.getMessage());
        }
    }
}
