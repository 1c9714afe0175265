package flotilla.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.Example;

/** The socket of this very process: whatever is written to it, who asks properly is answered. */
final class ControlServerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static ControlServer server;
    private static JobSocket socket;

    @BeforeContainer
    static void open() throws Exception {
        server = ControlServer.start(() -> Map.of("twice", request -> {
            var answer = new JsonObject();
            answer.addProperty("result", 2 * request.get("number").getAsLong());
            return answer;
        }, "refuse", request -> {
            throw new ControlException("not today");
        }), Duration.ZERO, trouble -> {
            throw new AssertionError(trouble);
        });
        socket = await();
    }

    private static JobSocket await() throws Exception {
        long end = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() - end < 0) {
            for (JobSocket found : JobSocket.all()) {
                if (found.pid() == ProcessHandle.current().pid() && found.isAlive()) {
                    return found;
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("no socket was opened");
    }

    @AfterContainer
    static void close() {
        server.close();
        assertThat(socket.path()).doesNotExist();
    }

    private static JsonObject ask(String name, String key, Object value) throws IOException, ControlException {
        var request = new JsonObject();
        if (value instanceof Long number) {
            request.addProperty(key, number);
        } else {
            request.addProperty(key, String.valueOf(value));
        }
        return ControlClient.ask(socket, name, request, LONG);
    }

    private static void checkItAnswers() throws IOException, ControlException {
        assertThat(ask("twice", "number", 21L).get("result").getAsLong()).isEqualTo(42);
    }

    /** What is answered to these bytes until the server has had enough, or this side says that no more comes. */
    private static String exchange(byte[]... pieces) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket.path()));
            var answer = new ByteArrayOutputStream();
            try {
                for (byte[] piece : pieces) {
                    for (ByteBuffer rest = ByteBuffer.wrap(piece); rest.hasRemaining(); ) {
                        channel.write(rest);
                    }
                }
                channel.shutdownOutput();
                ByteBuffer piece = ByteBuffer.allocate(4096);
                while (channel.read(piece) >= 0) {
                    answer.write(piece.array(), 0, piece.position());
                    piece.clear();
                }
            } catch (IOException ended) {
                // By the server, before it had read everything.
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Example
    void answersByName() throws Exception {
        checkItAnswers();
        assertThatThrownBy(() -> ask("refuse", "because", "why")).isInstanceOf(ControlException.class).hasMessage("not today");
        assertThatThrownBy(() -> ask("unheard", "of", 1L)).isInstanceOf(ControlException.class).hasMessageContaining("unheard");
        // A defect of a handler is an answer, too.
        assertThatThrownBy(() -> ask("twice", "number", "no number")).isInstanceOf(ControlException.class).hasMessageContaining("NumberFormatException");
        checkItAnswers();
    }

    @Example
    void requestsMayComeInPiecesAndTogether() throws Exception {
        assertThat(exchange(bytes("{\"ask\":\"twice\","), bytes("\"number\":1}\n{\"ask\":\"twice\",\"number\":2}\n{\"ask\""), bytes(":\"twice\",\"number\":3}\n")))
                .isEqualTo("{\"result\":2}\n{\"result\":4}\n{\"result\":6}\n");
    }

    @Example
    void whatIsNoRequestIsRefused() throws Exception {
        for (String line : List.of("", "42", "null", "[]", "{}", "{\"ask\":null}", "{\"ask\":{}}", "{ask:'twice'}", "{\"ask\":\"twice\",\"number\":1} more",
                "[".repeat(60_000), "\u0000", "{\"ask\":\"twice\"")) {
            assertThat(exchange(bytes(line + "\n"))).as(line).startsWith("{\"error\":").hasLineCount(1);
        }
        // It does not wait for the end of what is too long.
        assertThat(exchange(bytes("x".repeat(64 * 1024)))).contains("longer than");
        checkItAnswers();
    }

    @Property(tries = 200)
    void garbageIsHarmless(@ForAll @Size(max = 300) List<@Size(max = 40) byte[]> pieces) throws Exception {
        exchange(pieces.toArray(byte[][]::new));
        checkItAnswers();
    }

    @Example
    void manyThatSayNothingTurnOthersAwayOnlyForAWhile() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            silent.add(channel);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket.path()));
            } catch (IOException turnedAway) {
                break; // the queue of those who wait is full, which is what is wanted
            }
        }
        for (SocketChannel channel : silent) {
            channel.close();
        }
        long end = System.nanoTime() + LONG.toNanos();
        while (true) {
            try {
                checkItAnswers();
                break;
            } catch (IOException turnedAway) {
                assertThat(System.nanoTime() - end).isNegative();
            }
        }
    }

    @Example
    void onlyTheUserMayEnterTheFolder() throws Exception {
        assertThat(Files.getPosixFilePermissions(socket.path().getParent())).hasSize(3).allMatch(right -> right.name().startsWith("OWNER"));
    }
}
