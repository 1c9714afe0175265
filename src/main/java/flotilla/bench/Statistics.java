package flotilla.bench;

import java.util.List;

/** Numbers that stand for many. Medians and quartiles, because a busy machine makes outliers to one side only. */
public final class Statistics {
    public static double median(List<Double> samples) {
        return quantile(samples, 0.5);
    }

    /** The value below which the share {@code q} of the samples lies, by linear interpolation between neighbours. */
    public static double quantile(List<Double> samples, double q) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
        List<Double> sorted = samples.stream().sorted().toList();
        double at = q * (sorted.size() - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
    }

    private Statistics() {}
}
