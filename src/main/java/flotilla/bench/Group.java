package flotilla.bench;

import java.util.List;
import java.util.Locale;

/** A subject of the bench. */
public interface Group {
    /** As it is typed. */
    String name();

    /** Heading of its table: what is measured, and how. */
    String title();

    /** Heading of what varies within a series, {@code size} where it is bytes; empty where nothing does. */
    String parameter();

    /** What varies, as a table shows it. */
    default String parameterText(long x) {
        return parameter().equals("size") ? Numbers.bytes(x) : String.format(Locale.ROOT, "%,d", x);
    }

    /** What shall be reached on a machine of two cores. */
    List<Target> targets();

    /** Which other series of the group tell how much faster one is than without balancing, and than what would be perfect; null where that is no question. */
    default SpeedUp speedUp(String series) {
        return null;
    }

    List<ChartPlan> charts();

    void measure(Bench bench);
}
