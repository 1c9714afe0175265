package flotilla.cli;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sets of ranks as a person writes them: {@code 0,3-5}. */
final class RankSets {
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    /**
     * @param option the option as typed, named in the error
     * @param text   numbers and ranges, separated by commas; empty for all ranks
     * @param ranks  in the job
     * @throws BadInputException when {@code text} has another form or names a rank that the job does not have
     */
    static BitSet parse(String option, String text, int ranks) {
        var set = new BitSet();
        if (text.isEmpty()) {
            set.set(0, ranks);
            return set;
        }
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            if (!matcher.matches()) {
                throw new BadInputException(option + "=" + text + ": `" + part + "` is not a rank or a range of ranks; write them as in "
                        + option + "=0,3-5");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (first > last) {
                throw new BadInputException(option + "=" + text + ": the range " + part + " ends before it begins; write " + last + "-" + first);
            }
            if (last >= ranks) {
                throw new BadInputException(option + "=" + text + ": there is no rank " + last + " in a job of " + ranks
                        + (ranks == 1 ? " rank" : " ranks") + "; they are numbered from 0 to " + (ranks - 1));
            }
            set.set(first, last + 1);
        }
        return set;
    }

    private RankSets() {}
}
