package flotilla.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 30s}, {@code 1.5m}, {@code 2h}, {@code 1h30m}, {@code 500ms}; a bare number is seconds. */
final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");

    /**
     * @param option what the duration is for, named in the error
     * @throws BadInputException when {@code text} is no duration or is zero
     */
    static Duration parse(String option, String text) {
        String stripped = text.strip();
        String parts = SECONDS.matcher(stripped).matches() ? stripped + "s" : stripped;
        var matcher = PART.matcher(parts);
        var total = Duration.ZERO;
        int end = 0;
        while (matcher.lookingAt()) {
            var nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanosOf(matcher.group(2))));
            total = total.plusNanos(nanos.longValue());
            end = matcher.end();
            matcher.region(end, parts.length());
        }
        if (end == 0 || end != parts.length()) {
            throw new BadInputException(option + " " + text + ": not a duration; write one as in 30s, 5m or 1h30m");
        }
        if (total.isZero()) {
            throw new BadInputException(option + " " + text + ": must be more than zero; leave the option out for no limit");
        }
        return total;
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
        };
    }

    private Durations() {}
}
