package flotilla.observe.timeline;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Events as elements of a JSON array, in the Trace Event Format. Times are microseconds there, with three more digits. */
final class EventText {
    private static final int PIECE = 1 << 16;
    /** Room that is left behind each text, for the numbers that follow it. */
    private static final int ROOM = 128;
    private static final int DIGITS = 20;

    private final OutputStream out;
    private final byte[] digits = new byte[DIGITS];
    private byte[] bytes = new byte[PIECE];
    private int length;
    private boolean first = true;

    EventText(OutputStream out) throws IOException {
        this.out = out;
        put("[\n");
    }

    /** A slice from {@code begin} to {@code end}. */
    void slice(int process, int track, long begin, long end, String name) throws IOException {
        begin("X", process, track, begin);
        put(",\"dur\":");
        micros(Math.max(0, end - begin));
        put(",\"name\":\"");
        put(name);
        put("\"}");
    }

    /** One end of an arrow, with a number that is called {@code what}. Both have the same id, category and number. */
    void arrow(boolean start, long id, int process, int track, long time, String category, String what, long value) throws IOException {
        begin(start ? "s" : "f", process, track, time);
        put(start ? ",\"id\":" : ",\"bp\":\"e\",\"id\":");
        number(id);
        put(",\"cat\":\"" + category + "\",\"name\":\"" + category + "\",\"args\":{\"" + what + "\":");
        number(value);
        put("}}");
    }

    /** Any event, as JSON. */
    void event(String json) throws IOException {
        separate();
        put(json);
    }

    /** Ends the array. */
    void end() throws IOException {
        put("\n]\n");
        out.write(bytes, 0, length);
        length = 0;
        out.close();
    }

    private void begin(String phase, int process, int track, long time) throws IOException {
        separate();
        put("{\"ph\":\"");
        put(phase);
        put("\",\"pid\":");
        number(process);
        put(",\"tid\":");
        number(track);
        put(",\"ts\":");
        micros(time);
    }

    private void separate() throws IOException {
        put(first ? "" : ",\n");
        first = false;
    }

    private void micros(long nanos) {
        long whole = Math.max(0, nanos);
        number(whole / 1000);
        int rest = (int) (whole % 1000);
        bytes[length++] = '.';
        bytes[length++] = (byte) ('0' + rest / 100);
        bytes[length++] = (byte) ('0' + rest / 10 % 10);
        bytes[length++] = (byte) ('0' + rest % 10);
    }

    /** @param value not negative */
    private void number(long value) {
        int at = DIGITS;
        do {
            digits[--at] = (byte) ('0' + value % 10);
            value /= 10;
        } while (value != 0);
        System.arraycopy(digits, at, bytes, length, DIGITS - at);
        length += DIGITS - at;
    }

    private void put(String text) throws IOException {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (length + encoded.length + ROOM > bytes.length) {
            out.write(bytes, 0, length);
            length = 0;
            if (encoded.length + ROOM > bytes.length) {
                out.write(encoded);
                return;
            }
        }
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }
}
