package flotilla.bench;

import java.util.List;

/** A subject of the bench. */
public interface Group {
    /** As it is typed. */
    String name();

    /** Heading of its table: what is measured, and how. */
    String title();

    /** Heading of what varies within a series; empty where nothing does. */
    String parameter();

    /** What shall be reached; by the issue of each version. */
    List<Target> targets();

    List<ChartPlan> charts();

    void measure(Bench bench);
}
