package flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every transport keeps to. */
@Timeout(120)
abstract class TransportContract {
    /** More than any transport, and the kernel on its behalf, should hold for a node that takes nothing. */
    private static final long MOST_QUEUED = 64 << 20;

    abstract String name();

    private Cluster cluster(List<? extends Receiver> receivers) {
        Cluster cluster = Cluster.start(name(), receivers.size(), receivers::get);
        cluster.nodes.forEach(this::prepare);
        return cluster;
    }

    /** Frames that each thread sends to each node; a multiple of 12. */
    int frames() {
        return 300;
    }

    /** Before a node is used. */
    void prepare(Transport node) {
        // As it is.
    }

    private static List<Recorder> recorders(int count) {
        List<Recorder> recorders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            recorders.add(new Recorder());
        }
        return recorders;
    }

    private static void send(Transport from, int to, MemorySegment header, int headerBytes, MemorySegment payload,
            int payloadBytes) {
        while (!from.send(to, header.address(), headerBytes, payload.address(), payloadBytes)) {
            from.poll();
            Thread.yield();
        }
    }

    private static MemorySegment bytes(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length));
        Memory.put(bytes, 0, segment.address(), bytes.length);
        return segment;
    }

    @Test
    void cardsFitAKeyValueSpace() {
        try (var start = Transports.start(name(), JobSecret.random(), 0, 2, Cluster.options(new ArrayList<>()))) {
            assertThat(start.card()).matches("[!-~&&[^=;]]{1,1000}");
        }
    }

    @Test
    void aFrameIsGathered() {
        List<Recorder> recorders = recorders(2);
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders).run()) {
            MemorySegment header = bytes(arena, new byte[] {1, 2, 3});
            MemorySegment payload = bytes(arena, new byte[] {4, 5});
            Transport node = cluster.nodes.get(1);
            assertThat(node.node()).isOne();
            assertThat(node.nodes()).isEqualTo(2);
            send(node, 0, header, 3, payload, 2);
            send(node, 0, header, 0, payload, 1);
            send(node, 0, header, 1, payload, 0);
            send(node, 0, header, 0, payload, 0);
            cluster.until(() -> recorders.get(0).frames.size() == 4);
            assertThat(recorders.get(0).frames).extracting(frame -> List.of(frame.from(), Arrays.toString(frame.bytes())))
                    .containsExactly(List.of(1, "[1, 2, 3, 4, 5]"), List.of(1, "[4]"), List.of(1, "[1]"), List.of(1, "[]"));
            assertThat(recorders.get(1).frames).isEmpty();
        }
    }

    @Test
    void wrongArgumentsAreRefused() {
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders(2))) {
            Transport node = cluster.nodes.get(0);
            long memory = arena.allocate(node.maxFrame()).address();
            assertThat(node.maxFrame()).isGreaterThanOrEqualTo((16 << 10) + 256);
            for (int to : new int[] {-1, 0, 2}) {
                assertThatThrownBy(() -> node.send(to, memory, 1, memory, 1)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> node.sendBulk(to, 0, memory, 1, () -> { })).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> node.send(1, memory, 1, memory, node.maxFrame()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> node.send(1, memory, -1, memory, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> node.send(1, memory, 1, memory, Integer.MAX_VALUE))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> node.sendBulk(1, 0, memory, -1, () -> { })).isInstanceOf(IllegalArgumentException.class);
            assertThat(node.counters().framesSent()).isZero();
        }
    }

    /** Bytes that say who has sent them and the how manieth they are. */
    private static byte[] pattern(int from, int thread, int number, int bytes) {
        byte[] pattern = new byte[bytes];
        new Random(((long) from * 31 + thread) * 1_000_003 + number).nextBytes(pattern);
        return pattern;
    }

    private static final int HEADER = 12;

    @ParameterizedTest
    @CsvSource({"2, 1, 1", "2, 3, 2", "3, 2, 3", "6, 1, 4"})
    void everythingArrivesOnceInOrderAndWhole(int count, int threads, long seed) throws InterruptedException {
        int frames = frames();
        int bulks = 12;
        List<Recorder> recorders = recorders(count);
        var done = new AtomicInteger();
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders).run()) {
            List<Thread> senders = new ArrayList<>();
            for (int node = 0; node < count; node++) {
                for (int thread = 0; thread < threads; thread++) {
                    int sender = node;
                    int number = thread;
                    senders.add(Thread.ofPlatform().start(() ->
                            sendAll(arena, cluster.nodes.get(sender), number, frames, bulks, done,
                                    new Random(seed + sender * 7 + number))));
                }
            }
            for (Thread sender : senders) {
                sender.join();
            }
            int each = (count - 1) * threads;
            cluster.until(() -> recorders.stream().allMatch(recorder ->
                    recorder.frames.size() >= each * frames && recorder.bulks.size() >= each * bulks));
            cluster.until(() -> done.get() == count * each * bulks);
            for (int node = 0; node < count; node++) {
                check(node, recorders.get(node), count, threads, frames, bulks);
            }
            TransportCounters sum = cluster.nodes.stream().map(Transport::counters).reduce(TransportCounters.NONE,
                    TransportCounters::plus);
            assertThat(sum.framesSent()).isEqualTo(sum.framesReceived()).isEqualTo((long) count * each * frames);
            assertThat(sum.bulksSent()).isEqualTo(sum.bulksReceived()).isEqualTo((long) count * each * bulks);
            assertThat(sum.bytesSent()).isEqualTo(sum.bytesReceived());
        }
    }

    private static int bulkBytes(int number) {
        return switch (number % 4) {
            case 0 -> number;
            case 1 -> 1000 * number;
            case 2 -> (256 << 10) + number - 5;
            default -> 700_000 + 12_345 * number;
        };
    }

    private static void sendAll(Arena arena, Transport node, int thread, int frames, int bulks, AtomicInteger done,
            Random random) {
        MemorySegment header = arena.allocate(HEADER);
        MemorySegment payload = arena.allocate(node.maxFrame());
        for (int number = 0; number < frames; number++) {
            for (int to = 0; to < node.nodes(); to++) {
                if (to == node.node()) {
                    continue;
                }
                int bytes = random.nextInt(random.nextBoolean() ? 100 : node.maxFrame() - HEADER + 1);
                Memory.putInt(header.address(), thread);
                Memory.putInt(header.address() + 4, number);
                Memory.putInt(header.address() + 8, bytes);
                Memory.put(pattern(node.node(), thread, number, bytes), 0, payload.address(), bytes);
                send(node, to, header, HEADER, payload, bytes);
                if (number % (frames / bulks) == 0) {
                    int bulk = number / (frames / bulks);
                    int size = bulkBytes(bulk);
                    MemorySegment data = bytes(arena, pattern(node.node(), thread, -bulk, size));
                    node.sendBulk(to, (long) thread << 32 | bulk, data.address(), size, done::incrementAndGet);
                }
            }
        }
    }

    private static void check(int node, Recorder recorder, int count, int threads, int frames, int bulks) {
        int[][] next = new int[count][threads];
        for (Recorder.Frame frame : recorder.frames) {
            var ints = ByteBuffer.wrap(frame.bytes()).order(ByteOrder.nativeOrder());
            int thread = ints.getInt();
            int number = ints.getInt();
            int bytes = ints.getInt();
            assertThat(number).isEqualTo(next[frame.from()][thread]++);
            assertThat(Arrays.copyOfRange(frame.bytes(), HEADER, frame.bytes().length))
                    .isEqualTo(pattern(frame.from(), thread, number, bytes));
        }
        for (int from = 0; from < count; from++) {
            for (int thread = 0; thread < threads; thread++) {
                assertThat(next[from][thread]).isEqualTo(from == node ? 0 : frames);
            }
        }
        assertThat(recorder.bulks.stream().map(bulk -> bulk.from() + ":" + bulk.key())).doesNotHaveDuplicates();
        for (Recorder.Arrived bulk : recorder.bulks) {
            int number = (int) bulk.key();
            assertThat(bulk.bytes()).isEqualTo(pattern(bulk.from(), (int) (bulk.key() >> 32), -number, bulkBytes(number)));
        }
        assertThat(recorder.lost).isEmpty();
    }

    @Test
    void aBulkWithoutTargetIsDropped() {
        List<Recorder> recorders = recorders(2);
        var done = new AtomicInteger();
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders).run()) {
            MemorySegment data = arena.allocate(1_000_000);
            cluster.nodes.get(0).sendBulk(1, -1, data.address(), data.byteSize(), done::incrementAndGet);
            cluster.nodes.get(0).sendBulk(1, -2, data.address(), 5, done::incrementAndGet);
            cluster.nodes.get(0).sendBulk(1, 3, data.address(), 5, done::incrementAndGet);
            cluster.until(() -> done.get() == 3 && recorders.get(1).bulks.size() == 1);
            cluster.until(() -> cluster.nodes.get(1).counters().bulksReceived() == 3);
        }
    }

    @Test
    void whoTakesNothingIsNotSentMore() {
        List<Recorder> recorders = recorders(2);
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders)) {
            Transport sender = cluster.nodes.get(0);
            MemorySegment payload = arena.allocate(16_000);
            int sent = 0;
            int refused = 0;
            while (refused < 1000) {
                Memory.putInt(payload.address(), sent);
                if (sender.send(1, 0, 0, payload.address(), 16_000)) {
                    sent++;
                    refused = 0;
                } else {
                    refused++;
                    sender.poll();
                }
                assertThat(sent * 16_000L).isLessThan(MOST_QUEUED);
            }
            int total = sent;
            cluster.run();
            cluster.until(() -> recorders.get(1).frames.size() == total);
            send(sender, 1, payload, 1, payload, 1);
            cluster.until(() -> recorders.get(1).frames.size() == total + 1);
        }
    }

    @Test
    void whatWasAcceptedBeforeClosingArrives() {
        List<Recorder> recorders = recorders(3);
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders)) {
            cluster.run(cluster.nodes.get(1));
            cluster.run(cluster.nodes.get(2));
            Transport closed = cluster.nodes.get(0);
            MemorySegment data = bytes(arena, pattern(0, 0, 0, 3_000_000));
            var done = new AtomicInteger();
            for (int to = 1; to < 3; to++) {
                closed.sendBulk(to, 5, data.address(), data.byteSize(), done::incrementAndGet);
                send(closed, to, data, 100, data, 10_000);
            }
            closed.close();
            assertThat(done.get()).isEqualTo(2);
            cluster.until(() -> recorders.get(1).bulks.size() == 1 && recorders.get(2).bulks.size() == 1
                    && recorders.get(1).frames.size() == 1 && recorders.get(2).frames.size() == 1);
            assertThat(recorders.get(2).bulks.get(0).bytes()).isEqualTo(pattern(0, 0, 0, 3_000_000));

            // A node that is gone takes everything.
            MemorySegment one = arena.allocate(1);
            Transport other = cluster.nodes.get(1);
            cluster.until(() -> {
                boolean taken = other.send(0, one.address(), 1, one.address(), 0);
                other.sendBulk(0, 1, data.address(), data.byteSize(), done::incrementAndGet);
                return taken && done.get() > 10;
            });
            send(other, 2, one, 1, one, 0);
            cluster.until(() -> recorders.get(2).frames.size() == 2);
            assertThat(closed.send(1, one.address(), 1, one.address(), 0)).isTrue();
            assertThat(closed.poll()).isFalse();
            closed.await(1);
            closed.wakeUp();
            closed.close();
            assertThat(recorders).allSatisfy(recorder -> assertThat(recorder.lost).isEmpty());
        }
    }

    @Test
    void waitingEnds() throws InterruptedException {
        List<Recorder> recorders = recorders(2);
        long minute = 60_000_000_000L;
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders)) {
            Transport node = cluster.nodes.get(0);
            Transport other = cluster.nodes.get(1);
            while (node.poll() || other.poll()) {
                // What connecting has left.
            }
            long start = System.nanoTime();
            node.await(20_000_000);
            node.wakeUp();
            node.await(minute);
            var rounds = new AtomicLong();
            Thread sleeper = Thread.ofPlatform().start(() -> {
                while (recorders.get(0).frames.size() < 200) {
                    if (!node.poll()) {
                        node.await(minute);
                        rounds.incrementAndGet();
                    }
                }
            });
            MemorySegment one = arena.allocate(1);
            for (int i = 1; i <= 200; i++) {
                send(other, 0, one, 1, one, 0);
                int expected = i;
                if (i % 3 != 0) {
                    cluster.until(() -> recorders.get(0).frames.size() >= expected);
                }
            }
            sleeper.join();
            assertThat(rounds.get()).isLessThan(5000); // it did not spin
            Thread waiting = Thread.ofPlatform().start(() -> node.await(minute));
            Thread.sleep(30);
            node.wakeUp();
            waiting.join();
            assertThat(System.nanoTime() - start).isLessThan(minute);
        }
    }

    @Test
    void memoryOfOthersIsReadWhereThatIsOffered() {
        try (var arena = Arena.ofShared(); var cluster = cluster(recorders(2))) {
            Transport node = cluster.nodes.get(0);
            MemorySegment from = bytes(arena, pattern(1, 2, 3, 5_000_000));
            MemorySegment to = arena.allocate(from.byteSize());
            if (node.canRead(1)) {
                node.read(1, from.address(), to.address(), from.byteSize());
                assertThat(to.mismatch(from)).isEqualTo(-1);
                node.read(1, from.address(), to.address(), 0);
                assertThatThrownBy(() -> node.read(1, Memory.LOWEST, to.address(), 8)).isInstanceOf(TransportException.class)
                        .hasMessageContaining("node 1");
            } else {
                assertThatThrownBy(() -> node.read(1, from.address(), to.address(), 8)).isInstanceOf(TransportException.class)
                        .hasMessageContaining("node 1");
            }
        }
    }

    @Test
    void aNodeThatDoesNotConnectIsNamed() {
        List<String> log = new ArrayList<>();
        var options = new TransportOptions(InetAddress.getLoopbackAddress(), Duration.ofMillis(300), log::add);
        JobSecret secret = JobSecret.random();
        try (var node = Transports.start(name(), secret, 0, 2, options);
                var absent = Transports.start(name(), secret, 1, 2, options)) {
            List<String> cards = List.of(node.card(), absent.card());
            assertThatThrownBy(() -> node.connect(cards, new Recorder())).isInstanceOf(TransportException.class)
                    .hasMessageContaining("node 1").hasMessageContaining("connect").hasMessageNotContaining("\n");
        }
    }

    @Test
    void anotherSecretIsRefused() {
        List<String> log = new CopyOnWriteArrayList<>();
        var options = new TransportOptions(InetAddress.getLoopbackAddress(), Duration.ofSeconds(1), log::add);
        try (var node = Transports.start(name(), JobSecret.random(), 0, 2, options);
                var stranger = Transports.start(name(), JobSecret.random(), 1, 2, options)) {
            List<String> cards = List.of(node.card(), stranger.card());
            Thread calling = Thread.ofPlatform().start(() ->
                    assertThatThrownBy(() -> stranger.connect(cards, new Recorder())).isInstanceOf(TransportException.class));
            assertThatThrownBy(() -> node.connect(cards, new Recorder())).isInstanceOf(TransportException.class)
                    .hasMessageContaining("node 1");
            try {
                calling.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
