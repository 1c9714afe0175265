package flotilla.control;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A connection, as the server sees it: one request after the other, each answered before the next is read. Whatever comes that
 * is no request is answered with an error, and ends it; so does silence. For the server's thread alone.
 */
final class Conversation implements AutoCloseable {
    static final String ASK = "ask";
    static final String ERROR = "error";

    /** Bytes of a request with its end. */
    private static final int LONGEST_REQUEST = 64 * 1024;
    private static final int USUAL_REQUEST = 512;
    /** How long whoever has connected may say nothing, or not take what is answered. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SocketChannel channel;
    private final Map<String, ControlServer.Handler> handlers;
    private ByteBuffer input = ByteBuffer.allocate(USUAL_REQUEST);
    /** What is being answered, or null. */
    private ByteBuffer output;
    private boolean last;
    private long deadline = System.nanoTime() + PATIENCE_NANOS;

    /** @param channel not blocking */
    Conversation(SocketChannel channel, Map<String, ControlServer.Handler> handlers) {
        this.channel = channel;
        this.handlers = handlers;
    }

    /** When it has lasted too long, in the time of {@link System#nanoTime}. */
    long deadline() {
        return deadline;
    }

    /** Whether it waits for the other side to take an answer, not for a request. */
    boolean isAnswering() {
        return output != null;
    }

    /** Reads and writes what can be without waiting. Answers false when it is over. */
    boolean advance() throws IOException {
        while (true) {
            if (output != null) {
                channel.write(output);
                if (output.hasRemaining()) {
                    return true;
                }
                output = null;
                deadline = System.nanoTime() + PATIENCE_NANOS;
            }
            if (last) {
                return false;
            }
            String request = takeLine();
            if (request != null) {
                output = ByteBuffer.wrap((answer(request) + "\n").getBytes(StandardCharsets.UTF_8));
                continue;
            }
            if (!input.hasRemaining() && !enlarge()) {
                output = ByteBuffer.wrap((refuse("the request is longer than " + LONGEST_REQUEST + " bytes") + "\n").getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int count = channel.read(input);
            if (count <= 0) {
                return count == 0;
            }
        }
    }

    private boolean enlarge() {
        int size = input.capacity();
        if (size >= LONGEST_REQUEST) {
            return false;
        }
        input = ByteBuffer.wrap(Arrays.copyOf(input.array(), Math.min(2 * size, LONGEST_REQUEST))).position(size);
        return true;
    }

    /** A request that has come completely, without its end; or null. */
    private String takeLine() {
        for (int i = 0; i < input.position(); i++) {
            if (input.get(i) == '\n') {
                String line = new String(input.array(), 0, i, StandardCharsets.UTF_8);
                input.limit(input.position()).position(i + 1);
                input.compact();
                return line;
            }
        }
        return null;
    }

    private JsonObject refuse(String reason) {
        last = true;
        var answer = new JsonObject();
        answer.addProperty(ERROR, reason);
        return answer;
    }

    private JsonObject answer(String line) {
        JsonObject request = parse(line);
        if (request == null || !(request.get(ASK) instanceof JsonElement ask) || !ask.isJsonPrimitive()) {
            return refuse("not a request");
        }
        ControlServer.Handler handler = handlers.get(ask.getAsString());
        if (handler == null) {
            return refuse("nothing is known here by the name " + ask);
        }
        try {
            return handler.answer(request);
        } catch (ControlException reason) {
            return refuse(reason.getMessage());
        } catch (RuntimeException defect) {
            return refuse("error in the runtime itself: " + defect);
        }
    }

    /** Null when it is not one object of JSON, by the letter (RFC 8259). */
    private static JsonObject parse(String line) {
        var reader = new JsonReader(new StringReader(line));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement element = JsonParser.parseReader(reader);
            return element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT ? element.getAsJsonObject() : null;
        } catch (JsonParseException | IOException malformed) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
