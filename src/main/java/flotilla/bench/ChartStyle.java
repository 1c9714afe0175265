package flotilla.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.function.DoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** What all charts have in common: a system has the same colour everywhere. */
final class ChartStyle {
    static final Color TARGET = new Color(0xC0, 0x20, 0x20);
    static final Color GRID = new Color(0xDD, 0xDD, 0xDD);
    private static final Color TEXT = new Color(0x33, 0x33, 0x33);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 18);
    private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    private static final Font TICK = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    /** Chosen to differ for the colour-blind, too (Okabe and Ito). */
    static Color color(String system) {
        if (system.equals(MpiSystem.FLOTILLA.label())) {
            return new Color(0x00, 0x72, 0xB2);
        }
        if (system.equals(MpiSystem.MPICH.label())) {
            return new Color(0xE6, 0x9F, 0x00);
        }
        return system.equals(MpiSystem.OPEN_MPI.label()) ? new Color(0x00, 0x9E, 0x73) : new Color(0x77, 0x77, 0x77);
    }

    static BasicStroke gridLine() {
        return new BasicStroke(1f);
    }

    static BasicStroke line(float... dashes) {
        return new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, dashes.length == 0 ? null : dashes, 0f);
    }

    static JFreeChart chart(String title, Plot plot) {
        var chart = new JFreeChart(title, TITLE, plot, true);
        chart.setBackgroundPaint(Color.WHITE);
        chart.getTitle().setPaint(TEXT);
        chart.setPadding(new RectangleInsets(8, 8, 8, 20));
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlinePaint(null);
        chart.getLegend().setItemFont(LABEL);
        chart.getLegend().setPosition(RectangleEdge.BOTTOM);
        chart.getLegend().setFrame(BlockBorder.NONE);
        return chart;
    }

    static <A extends ValueAxis> A styled(A axis) {
        axis.setLabelFont(LABEL);
        axis.setTickLabelFont(TICK);
        axis.setLabelPaint(TEXT);
        axis.setTickLabelPaint(TEXT);
        return axis;
    }

    static Font tickFont() {
        return TICK;
    }

    static NumberFormat format(DoubleFunction<String> text) {
        return new NumberFormat() {
            private static final long serialVersionUID = 1;

            @Override
            public StringBuffer format(double value, StringBuffer to, FieldPosition position) {
                return to.append(text.apply(value));
            }

            @Override
            public StringBuffer format(long value, StringBuffer to, FieldPosition position) {
                return to.append(text.apply(value));
            }

            @Override
            public Number parse(String source, ParsePosition position) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private ChartStyle() {}
}
