package flotilla.bench;

import java.util.List;

/**
 * Something that can be measured again and again.
 *
 * @param what for remarks: "ring, 512 ranks"
 * @param system what runs the program
 */
public record Trial(String what, String system, Sampling sampling) {
    /** Takes one sample of one or more readings. */
    @FunctionalInterface
    public interface Sampling {
        List<Reading> take() throws TrialException;
    }
}
