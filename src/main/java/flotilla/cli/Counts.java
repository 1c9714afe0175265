package flotilla.cli;

/** Numbers of ranks and PEs. */
final class Counts {
    /**
     * @param option the option as typed, named in the error
     * @param what   what is counted, in the plural
     * @throws BadInputException when {@code text} is no whole number from 1 to 2^31 - 1
     */
    static int parse(String option, String text, String what) {
        int count;
        try {
            count = Integer.parseInt(text.strip());
        } catch (NumberFormatException notANumber) {
            String digits = text.strip();
            String problem = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? "more " + what + " than MPI can number (2147483647)"
                    : "not a number of " + what;
            throw new BadInputException(option + " " + text + ": " + problem + "; write a whole number from 1, as in " + option + " 4");
        }
        if (count < 1) {
            throw new BadInputException(option + " " + text + ": the number of " + what + " must be at least 1; write " + option + " 1 or more");
        }
        return count;
    }

    private Counts() {}
}
