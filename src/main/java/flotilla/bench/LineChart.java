package flotilla.bench;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Medians over what varies, a line for each system and series, and the targets as marks. */
final class LineChart {
    /** Labels that fit beside each other. */
    private static final int MOST_TICKS = 12;

    private final Group group;
    private final ChartPlan plan;
    private final List<Measurement> drawn;
    private final BenchRun run;
    private final XYSeriesCollection data = new XYSeriesCollection();
    private final XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();

    LineChart(Group group, ChartPlan plan, List<Measurement> drawn, BenchRun run) {
        this.group = group;
        this.plan = plan;
        this.drawn = drawn;
        this.run = run;
    }

    JFreeChart chart() {
        addSystems();
        addTargets();
        ValueAxis y = ChartStyle.styled(new DecadeAxis(plan.yAxis(), data.getRangeLowerBound(false), data.getRangeUpperBound(false)));
        var plot = new XYPlot(data, xAxis(), y, renderer);
        plot.setDomainGridlinePaint(ChartStyle.GRID);
        plot.setRangeGridlinePaint(ChartStyle.GRID);
        plot.setDomainGridlineStroke(ChartStyle.gridLine());
        plot.setRangeGridlineStroke(ChartStyle.gridLine());
        return ChartStyle.chart(plan.title(), plot);
    }

    private void addSystems() {
        Map<String, XYSeries> lines = new LinkedHashMap<>();
        for (MpiSystem system : MpiSystem.values()) {
            for (String series : plan.series()) {
                List<Measurement> points = drawn.stream().filter(one -> one.system().equals(system.label()) && one.series().equals(series)).toList();
                String name = plan.series().size() == 1 ? system.label() : system.label() + ": " + series;
                for (Measurement point : points) {
                    // A logarithmic axis has no place for 0: ping-pong's message of no bytes stands in the table only.
                    if (point.x() > 0 && point.median() > 0) {
                        lines.computeIfAbsent(name, key -> add(key, system.label(), plan.series().indexOf(series))).add(point.x(), point.median());
                    }
                }
            }
        }
    }

    private XYSeries add(String name, String system, int order) {
        int index = data.getSeriesCount();
        Color color = ChartStyle.color(system);
        var series = new XYSeries(name);
        data.addSeries(series);
        renderer.setSeriesPaint(index, color);
        renderer.setSeriesStroke(index, order == 0 ? ChartStyle.line() : ChartStyle.line(7f, 5f));
        renderer.setSeriesShape(index, order == 0 ? new Ellipse2D.Double(-4, -4, 8, 8) : new Rectangle2D.Double(-3.5, -3.5, 7, 7));
        return series;
    }

    private void addTargets() {
        var targets = new XYSeries("target");
        for (Target target : group.targets()) {
            boolean within = drawn.stream().anyMatch(one -> one.x() == target.x() && one.series().equals(target.series()));
            OptionalDouble limit = target.in(run, group.name());
            if (within && limit.isPresent() && targets.indexOf(target.x()) < 0) {
                targets.add(target.x(), limit.getAsDouble());
            }
        }
        if (targets.isEmpty()) {
            return;
        }
        int index = data.getSeriesCount();
        data.addSeries(targets);
        renderer.setSeriesPaint(index, ChartStyle.TARGET);
        renderer.setSeriesLinesVisible(index, false);
        renderer.setSeriesShape(index, new Rectangle2D.Double(-11, -1.5, 22, 3));
    }

    private LogAxis xAxis() {
        var axis = ChartStyle.styled(new LogAxis(plan.xAxis()));
        axis.setBase(2);
        axis.setNumberFormatOverride(ChartStyle.format(value -> group.parameterText(Math.round(value))));
        double least = data.getDomainLowerBound(false);
        double most = data.getDomainUpperBound(false);
        double powers = (Math.log(most) - Math.log(least)) / Math.log(2);
        axis.setTickUnit(new NumberTickUnit(Math.max(1, Math.ceil(powers / MOST_TICKS))));
        axis.setMinorTickMarksVisible(false);
        axis.setRange(least / Math.pow(2, 0.02 * powers + 0.1), most * Math.pow(2, 0.02 * powers + 0.1));
        return axis;
    }
}
