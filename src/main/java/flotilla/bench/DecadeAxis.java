package flotilla.bench;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.ValueTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/** A logarithmic axis with marks at the powers of ten, and at 2 and 5 times these where there is room. */
final class DecadeAxis extends LogAxis {
    private static final long serialVersionUID = 1;
    private static final int ROOMY_DECADES = 3;

    private final double least;
    private final double most;

    /** @param least the smallest value that is shown; the axis begins at the mark below */
    DecadeAxis(String label, double least, double most) {
        super(label);
        this.least = least;
        this.most = most;
        setSmallestValue(1e-9);
        List<Double> marks = marks();
        setRange(marks.getFirst(), marks.getLast());
    }

    private List<Double> marks() {
        int first = (int) Math.floor(Math.log10(least));
        int last = (int) Math.ceil(Math.log10(most));
        int[] steps = Math.log10(most / least) > ROOMY_DECADES ? new int[] {1} : new int[] {1, 2, 5};
        var marks = new ArrayList<Double>();
        for (int power = first; power <= last; power++) {
            for (int step : steps) {
                double mark = step * Math.pow(10, power);
                // The last mark at or below the least value, and the first at or above the greatest.
                if (mark <= least) {
                    marks.clear();
                }
                if (marks.isEmpty() || marks.getLast() < most) {
                    marks.add(mark);
                }
            }
        }
        return marks;
    }

    @Override
    protected List<ValueTick> refreshTicksVertical(Graphics2D graphics, Rectangle2D area, RectangleEdge edge) {
        return marks().stream().<ValueTick>map(mark ->
                new NumberTick(mark, Numbers.plain(mark), TextAnchor.CENTER_RIGHT, TextAnchor.CENTER_RIGHT, 0)).toList();
    }
}
