package flotilla.pmi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of PMI-1: {@code cmd=NAME key=value ...}, ASCII without control characters. Values have no blanks, but some servers
 * write sentences into {@code msg}, so a word without {@code =} belongs to the value before it.
 *
 * @param command what stands behind {@code cmd=}
 * @param values  the others, in order
 */
public record PmiMessage(String command, Map<String, String> values) {
    /** Bytes of a line, its end included: more than any process manager writes. */
    public static final int LONGEST = 1 << 16;

    /** @param values keys and values in turn */
    public static PmiMessage of(String command, Object... values) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < values.length; i += 2) {
            map.put(values[i].toString(), values[i + 1].toString());
        }
        return new PmiMessage(command, map);
    }

    /**
     * Reads one line.
     *
     * @param longest bytes that it may have, {@link #LONGEST} at most
     * @return null at the end of the stream
     * @throws PmiException when this is no PMI-1
     */
    public static PmiMessage read(InputStream input, int longest) throws IOException {
        byte[] line = new byte[256];
        int length = 0;
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                return null;
            }
            if (length == longest) {
                throw new PmiException("a line of PMI-1 has more than " + longest + " bytes");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) b;
        }
        return parse(line, length);
    }

    static PmiMessage read(InputStream input) throws IOException {
        return read(input, LONGEST);
    }

    /**
     * @param line   bytes of the line, without its end
     * @throws PmiException when this is no PMI-1
     */
    public static PmiMessage parse(byte[] line, int length) {
        for (int i = 0; i < length; i++) {
            if (line[i] < ' ' || line[i] == 0x7f) {
                throw new PmiException("a line is no PMI-1: it has a byte 0x"
                        + Integer.toHexString(line[i] & 0xff));
            }
        }
        String text = new String(line, 0, length, StandardCharsets.US_ASCII);
        var values = new LinkedHashMap<String, String>();
        String last = null;
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf(' ', start);
            end = end < 0 ? text.length() : end;
            int equals = text.indexOf('=', start);
            if (equals > start && equals < end) {
                last = text.substring(start, equals);
                values.put(last, text.substring(equals + 1, end));
            } else if (end > start) {
                if (last == null) {
                    throw new PmiException("a line is no PMI-1: " + shortened(text));
                }
                values.put(last, values.get(last) + " " + text.substring(start, end));
            }
            start = end + 1;
        }
        String command = values.remove("cmd");
        if (command == null || command.isEmpty()) {
            throw new PmiException("a line is no PMI-1: " + shortened(text));
        }
        return new PmiMessage(command, values);
    }

    /** The value of a key, or null. */
    public String value(String key) {
        return values.get(key);
    }

    /**
     * The value of a key, which is a number of at least 0.
     *
     * @throws PmiException when there is none
     */
    public int number(String key) {
        String value = values.get(key);
        try {
            int number = value == null ? -1 : Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new PmiException("PMI-1: " + command + " has "
                + (value == null ? "no " + key : key + "=" + shortened(value) + ", which is no number from 0"));
    }

    /** The line, with its end. */
    public byte[] bytes() {
        var text = new StringBuilder("cmd=").append(command);
        values.forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
        return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** What anybody may have sent, for a message of one line. */
    static String printable(String text) {
        return shortened(text.replaceAll("[^ -~]", "?"));
    }

    static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
