package flotilla.cli;

import java.util.regex.Pattern;

/** Sizes in bytes as people write them: {@code 8M}, {@code 512k}, {@code 4GiB}, {@code 65536}. Units are powers of 1024. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*([kKmMgGtT]?)(?:i?[bB])?");

    /**
     * @param option what the size is for, named in the error
     * @throws BadInputException when {@code text} is no size, is zero or exceeds 2^63
     */
    static long parse(String option, String text) {
        var matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new BadInputException(option + " " + text + ": not a size; write a number of bytes or one with k, M, G or T, as in 8M");
        }
        int shift = switch (matcher.group(2)) {
            case "" -> 0;
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            case "g", "G" -> 30;
            default -> 40;
        };
        long number = Long.parseLong(matcher.group(1));
        if (number == 0) {
            throw new BadInputException(option + " " + text + ": must be more than zero; leave the option out for the default");
        }
        if (number > Long.MAX_VALUE >> shift) {
            throw new BadInputException(option + " " + text + ": larger than any address space; write a smaller size, as in 8M or 4G");
        }
        return number << shift;
    }

    private Sizes() {}
}
