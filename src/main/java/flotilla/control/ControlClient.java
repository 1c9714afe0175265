package flotilla.control;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks processes of jobs. */
public final class ControlClient {
    private static final int PIECE = 64 * 1024;
    /** Enough for what is said of ten million ranks. */
    private static final int LONGEST_ANSWER = 1 << 30;

    /**
     * Asks one question.
     *
     * @param name    of the handler
     * @param request what it needs beside that
     * @param limit   how long to wait for the answer
     * @throws IOException when nobody answers, or not in time
     * @throws ControlException when the answer is that there is none
     */
    public static JsonObject ask(JobSocket socket, String name, JsonObject request, Duration limit) throws IOException, ControlException {
        JsonObject question = request.deepCopy();
        question.addProperty(Conversation.ASK, name);
        JsonObject answer = parse(exchange(socket, question + "\n", limit));
        JsonElement error = answer.get(Conversation.ERROR);
        if (error != null) {
            throw new ControlException(error.isJsonPrimitive() ? error.getAsString() : error.toString());
        }
        return answer;
    }

    private static JsonObject parse(String line) throws IOException {
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException malformed) {
            throw new IOException("what was answered is not understood: " + malformed.getMessage(), malformed);
        }
    }

    /** On a thread of its own: a process that is stopped takes the connection and never answers. */
    private static String exchange(JobSocket socket, String question, Duration limit) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var task = new FutureTask<>(() -> exchange(channel, socket, question));
            Thread.ofVirtual().start(task);
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer in " + limit.toMillis() / 1000.0 + " s", late);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof IOException known) {
                throw known;
            }
            throw new IllegalStateException(failure.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String exchange(SocketChannel channel, JobSocket socket, String question) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(socket.path()));
        ByteBuffer output = ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8));
        while (output.hasRemaining()) {
            channel.write(output);
        }
        var answer = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        while (channel.read(piece) >= 0 && answer.size() < LONGEST_ANSWER) {
            answer.write(piece.array(), 0, piece.position());
            if (piece.position() > 0 && piece.get(piece.position() - 1) == '\n') {
                return answer.toString(StandardCharsets.UTF_8);
            }
            piece.clear();
        }
        throw new IOException("the answer breaks off");
    }

    private ControlClient() {}
}
