package flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.memory.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers at the port, and damage on the way, cost the connection and a line, and nothing else. */
@Timeout(120)
class TcpFuzzTest {
    private static final int FRAMES = 200;
    private static final int FRAME_BYTES = 500;

    @Test
    void strangersAreSentAway() throws IOException {
        List<String> log = new CopyOnWriteArrayList<>();
        JobSecret secret = JobSecret.random();
        var random = new Random(5);
        List<TransportStart> starts = List.of(Transports.start("tcp", secret, 0, 2, Cluster.options(log)),
                Transports.start("tcp", secret, 1, 2, Cluster.options(log)));
        List<String> cards = starts.stream().map(TransportStart::card).toList();
        InetSocketAddress port = TcpCard.parse(0, cards.get(0)).address();
        List<Socket> strangers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            var stranger = new Socket(port.getAddress(), port.getPort());
            strangers.add(stranger);
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            if (i % 3 == 0) {
                System.arraycopy("FLOTILLA\0\0\0\1\0\0\0\1".getBytes(), 0, bytes, 0, Math.min(16, bytes.length));
            }
            stranger.getOutputStream().write(bytes);
            if (i % 2 == 0) {
                stranger.close();
            }
        }
        var receiver = new Recorder();
        List<Transport> nodes = Cluster.connect(starts, cards, node -> receiver);
        try (var arena = Arena.ofConfined()) {
            long one = arena.allocate(1).address();
            nodes.get(1).send(0, one, 1, one, 0);
            while (receiver.frames.isEmpty()) {
                nodes.get(0).poll();
            }
        }
        Cluster.closeAll(nodes);
        assertThat(receiver.lost).isEmpty();
        assertThat(log).hasSizeGreaterThan(30).allSatisfy(line -> assertThat(line)
                .matches("node 0 has dropped a connection from 127\\.0\\.0\\.1:[0-9]+: [it].*").doesNotContain("\n"));
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    /** A byte of either direction is changed on the way, or the connection ends there. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, false", "4, false", "5, false", "6, false", "7, false", "8, false", "1, true",
        "2, true", "3, true"})
    void damageOnTheWay(long seed, boolean cut) throws IOException {
        var random = new Random(seed);
        // Beyond the handshake, which has 152 bytes at most; often among headers.
        long at = 200 + random.nextInt(random.nextBoolean() ? 3_000 : 200_000);
        List<String> log = new CopyOnWriteArrayList<>();
        JobSecret secret = JobSecret.random();
        List<TransportStart> starts = List.of(Transports.start("tcp", secret, 0, 2, Cluster.options(log)),
                Transports.start("tcp", secret, 1, 2, Cluster.options(log)));
        List<Recorder> recorders = List.of(new Recorder(), new Recorder());
        try (var proxy = new Proxy(TcpCard.parse(0, starts.get(0).card()).address(), at, cut, (byte) (1 << random.nextInt(8)));
                var arena = Arena.ofShared()) {
            List<Transport> nodes = Cluster.connect(starts, List.of(proxy.card(), starts.get(1).card()), recorders::get);
            MemorySegment bulk = arena.allocate(300_000);
            long[] sent = new long[2];
            for (int i = 0; i < FRAMES; i++) {
                for (int node = 0; node < 2; node++) {
                    if (nodes.get(node).send(1 - node, bulk.address(), 10, bulk.address(), FRAME_BYTES - 10)) {
                        sent[node]++;
                    }
                    if (i == 100) {
                        nodes.get(node).sendBulk(1 - node, 1, bulk.address(), bulk.byteSize(), () -> { });
                    }
                    nodes.get(node).poll();
                }
            }
            long deadline = System.nanoTime() + Cluster.LIMIT.toNanos();
            while (recorders.stream().anyMatch(recorder -> recorder.lost.isEmpty()
                    && (recorder.frames.size() < FRAMES || recorder.bulks.isEmpty()))) {
                nodes.forEach(Transport::poll);
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            for (int i = 0; i < 100; i++) {
                nodes.forEach(Transport::poll);
            }
            Cluster.closeAll(nodes);
            for (Recorder recorder : recorders) {
                assertThat(recorder.lost).hasSizeLessThanOrEqualTo(1);
                assertThat(recorder.frames).allSatisfy(frame -> assertThat(frame.bytes()).hasSize(FRAME_BYTES));
                if (cut) {
                    assertThat(recorder.lost).hasSize(1);
                }
            }
        }
    }

    @Test
    void aDamagedHeaderIsNoticed() {
        try (var arena = Arena.ofConfined()) {
            long header = arena.allocate(TcpHeader.BYTES).address();
            for (int bit = 0; bit < 8 * TcpHeader.BYTES; bit++) {
                new TcpHeader(77).write(header, TcpHeader.FRAME, 1234);
                Memory.putByte(header + bit / 8, (byte) (Memory.getByte(header + bit / 8) ^ 1 << bit % 8));
                assertThat(new TcpHeader(77).read(header)).isEqualTo(-1);
            }
            new TcpHeader(77).write(header, TcpHeader.FRAME, 1234);
            assertThat(new TcpHeader(78).read(header)).isEqualTo(-1);
            assertThat(new TcpHeader(77).read(header)).isEqualTo(TcpHeader.FRAME);
            var later = new TcpHeader(77);
            later.read(header);
            assertThat(later.read(header)).isEqualTo(-1); // the same once more
        }
    }

    private static final int MAX_FRAME = TcpTransport.MAX_FRAME;

    /** What a header with the right check word can't say either. */
    @ParameterizedTest
    @ValueSource(strings = {"1 -1", "1 2147483647", "1 -2147483648", "1 16897", "2 -1", "2 0", "2 15", "2 400000", "3 5",
            "3 -5", "0 0", "5 0", "255 3"})
    void impossibleFrames(String kindAndLength) throws IOException {
        String[] words = kindAndLength.split(" ");
        assertThat(MAX_FRAME).isEqualTo(16896);
        try (var server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var channel = SocketChannel.open(server.getLocalAddress());
                var other = server.accept();
                var arena = Arena.ofConfined()) {
            other.configureBlocking(false);
            MemorySegment bytes = arena.allocate(100);
            new TcpHeader(3).write(bytes.address(), Integer.parseInt(words[0]), Integer.parseInt(words[1]));
            Memory.putLong(bytes.address() + TcpHeader.BYTES + Long.BYTES, 300_000);
            channel.write(bytes.asByteBuffer());
            var recorder = new Recorder();
            var receiver = new TcpReceiver(1, other, 3, MAX_FRAME);
            assertThatThrownBy(() -> {
                while (true) {
                    receiver.receive(recorder);
                }
            }).isInstanceOf(IOException.class).hasMessageStartingWith("it has sent ");
            receiver.free();
            assertThat(recorder.frames).isEmpty();
            assertThat(recorder.bulks).isEmpty();
        }
    }
}
