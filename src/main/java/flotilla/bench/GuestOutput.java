package flotilla.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines {@code SERIES PARAMETER VALUE UNIT} that the programs of {@code bench/} print (bench/guests/bench.h). */
final class GuestOutput {
    private static final Pattern LINE = Pattern.compile("(\\S+) (-?\\d+) (\\d+(?:\\.\\d+)?) (\\S+)");

    private record Key(String series, long x, String unit) {}

    /** The median of each series and parameter, in the order in which they come: what one process says is one sample. */
    static List<Reading> parse(String output) throws TrialException {
        Map<Key, List<Double>> values = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            Matcher matcher = LINE.matcher(line.strip());
            if (matcher.matches()) {
                var key = new Key(matcher.group(1), Long.parseLong(matcher.group(2)), matcher.group(4));
                values.computeIfAbsent(key, k -> new ArrayList<>()).add(Double.parseDouble(matcher.group(3)));
            }
        }
        if (values.isEmpty()) {
            throw new TrialException("the program has printed no samples");
        }
        return values.entrySet().stream()
                .map(entry -> new Reading(entry.getKey().series, entry.getKey().x, Statistics.median(entry.getValue()), entry.getKey().unit))
                .toList();
    }

    private GuestOutput() {}
}
