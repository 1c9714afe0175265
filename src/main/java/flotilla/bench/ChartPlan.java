package flotilla.bench;

import java.util.List;

/**
 * What one picture shows: series of a group as lines over what varies, or, where nothing does, as bars.
 *
 * @param file its name without extension
 * @param series one or several, all in the same unit
 * @param xAxis label of what varies; empty where nothing does
 * @param yAxis label of the values, with their unit
 */
public record ChartPlan(String file, String title, List<String> series, String xAxis, String yAxis, Shape shape) {
    /** All axes with numbers are logarithmic. */
    public enum Shape {
        LINES,
        /** Beside each other for each series. */
        BARS
    }
}
