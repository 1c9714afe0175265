package flotilla.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them: three digits that count. */
final class Numbers {
    static String text(double value) {
        double size = Math.abs(value);
        String form = size == 0 ? "%.0f" : size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= 0.9995 ? "%.2f" : size >= 0.09995 ? "%.3f" : "%.4f";
        return String.format(Locale.ROOT, form, value);
    }

    /** As short as it can be, for an axis. */
    static String plain(double value) {
        return value >= 1 ? String.format(Locale.ROOT, "%,.0f", value) : new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
    }

    /** A size as memory and messages have it. */
    static String bytes(long bytes) {
        if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes >= 1024 && bytes % 1024 == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
    }

    private Numbers() {}
}
