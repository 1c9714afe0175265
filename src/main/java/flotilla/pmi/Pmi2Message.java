package flotilla.pmi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One message of PMI-2: the number of bytes that follow, in six characters, and {@code cmd=NAME;key=value;...}; a semicolon in
 * a value is written twice.
 *
 * @param command what stands behind {@code cmd=}
 * @param values  the others, in order
 */
record Pmi2Message(String command, Map<String, String> values) {
    private static final int LENGTH_BYTES = 6;

    /** @param values keys and values in turn */
    static Pmi2Message of(String command, Object... values) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < values.length; i += 2) {
            map.put(values[i].toString(), values[i + 1].toString());
        }
        return new Pmi2Message(command, map);
    }

    /**
     * Reads one message.
     *
     * @return null at the end of the stream
     * @throws PmiException when this is no PMI-2
     */
    static Pmi2Message read(InputStream input) throws IOException {
        byte[] head = input.readNBytes(LENGTH_BYTES);
        if (head.length < LENGTH_BYTES) {
            return null;
        }
        String digits = new String(head, StandardCharsets.US_ASCII).strip();
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new PmiException("the process manager sent what is no PMI-2: it begins with `"
                    + PmiMessage.printable(digits) + "` instead of a length");
        }
        int length = Integer.parseInt(digits);
        byte[] body = input.readNBytes(length);
        return body.length < length ? null : parse(body);
    }

    /** @throws PmiException when this is no PMI-2 */
    static Pmi2Message parse(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        var values = new LinkedHashMap<String, String>();
        int at = 0;
        // Some servers end a message with the end of a line.
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\0') {
            int equals = text.indexOf('=', at);
            if (equals <= at || text.substring(at, equals).indexOf(';') >= 0) {
                throw new PmiException("the process manager sent what is no PMI-2: " + PmiMessage.printable(text));
            }
            var value = new StringBuilder();
            int i = equals + 1;
            for (; i < text.length(); i++) {
                if (text.charAt(i) == ';') {
                    if (i + 1 == text.length() || text.charAt(i + 1) != ';') {
                        break;
                    }
                    i++;
                }
                value.append(text.charAt(i));
            }
            values.put(text.substring(at, equals), value.toString());
            at = i + 1;
        }
        String command = values.remove("cmd");
        if (command == null || command.isEmpty()) {
            throw new PmiException("the process manager sent what is no PMI-2: " + PmiMessage.printable(text));
        }
        return new Pmi2Message(command, values);
    }

    String value(String key) {
        return values.get(key);
    }

    /** @throws PmiException when it has no such number of at least 0 */
    int number(String key) {
        String value = values.get(key);
        try {
            int number = value == null ? -1 : Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new PmiException("PMI-2: " + PmiMessage.printable(command) + " has no " + key + " that is a number from 0");
    }

    /** The message with its length. */
    byte[] bytes() {
        var text = new StringBuilder("cmd=").append(command).append(';');
        values.forEach((key, value) -> text.append(key).append('=').append(value.replace(";", ";;")).append(';'));
        return ("%6d".formatted(text.length()) + text).getBytes(StandardCharsets.US_ASCII);
    }
}
