package flotilla.bench;

import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.CategoryLabelPositions;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;

/** Medians of series that have nothing that varies: bars beside each other, a group of them for each series. */
final class BarChart {
    private final ChartPlan plan;
    private final List<Measurement> drawn;

    BarChart(ChartPlan plan, List<Measurement> drawn) {
        this.plan = plan;
        this.drawn = drawn;
    }

    JFreeChart chart() {
        var data = new DefaultCategoryDataset();
        var renderer = new BarRenderer();
        for (MpiSystem system : MpiSystem.values()) {
            for (String series : plan.series()) {
                drawn.stream().filter(one -> one.system().equals(system.label()) && one.series().equals(series))
                        .forEach(one -> data.addValue(one.median(), system.label(), series));
            }
            int row = data.getRowIndex(system.label());
            if (row >= 0) {
                renderer.setSeriesPaint(row, ChartStyle.color(system.label()));
            }
        }
        double least = drawn.stream().mapToDouble(Measurement::median).filter(value -> value > 0).min().orElse(1);
        double most = drawn.stream().mapToDouble(Measurement::median).max().orElse(1);
        // Bars need a place to stand on, which a logarithmic axis does not have by itself.
        double base = Math.pow(10, Math.floor(Math.log10(least / 1.5)));
        var values = ChartStyle.styled(new DecadeAxis(plan.yAxis(), base, most));
        renderer.setBase(base);
        renderer.setIncludeBaseInRange(false);
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setItemMargin(0.05);
        var categories = new CategoryAxis();
        categories.setTickLabelFont(ChartStyle.tickFont());
        categories.setCategoryLabelPositions(CategoryLabelPositions.UP_45);
        categories.setMaximumCategoryLabelWidthRatio(0.5f);
        var plot = new CategoryPlot(data, categories, values, renderer);
        plot.setRangeGridlinePaint(ChartStyle.GRID);
        plot.setRangeGridlineStroke(ChartStyle.gridLine());
        return ChartStyle.chart(plan.title(), plot);
    }
}
