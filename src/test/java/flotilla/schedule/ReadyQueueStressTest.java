package flotilla.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No rank is lost or given to two, whoever appends, pushes, takes and steals at the same time; and first come is first served. */
class ReadyQueueStressTest {
    private static List<RankThread> ranks(int count, Arena arena) {
        List<RankThread> ranks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranks.add(new RankThread(null, i, null, null, arena.allocate(Schedule.STATE_BYTES, Schedule.STATE_BYTES).address()));
        }
        return ranks;
    }

    @Test
    void firstComeIsFirstServed() {
        try (Arena arena = Arena.ofConfined()) {
            List<RankThread> ranks = ranks(8, arena);
            var queue = new ReadyQueue(ranks.toArray(RankThread[]::new));
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.take()).isNull();
            queue.append(ranks.get(0));
            queue.push(ranks.get(1));
            queue.push(ranks.get(2));
            assertThat(queue.peek()).isSameAs(ranks.get(0));
            assertThat(queue.steal()).isSameAs(ranks.get(0));
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.steal()).isSameAs(ranks.get(1));
            queue.push(ranks.get(3));
            assertThat(queue.take()).isSameAs(ranks.get(2));
            queue.append(ranks.get(4));
            assertThat(queue.take()).isSameAs(ranks.get(3));
            assertThat(queue.take()).isSameAs(ranks.get(4));
            assertThat(queue.take()).isNull();
            assertThat(queue.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    @Timeout(60)
    void nothingIsLostOrDoubled(int count) throws InterruptedException {
        int rounds = 300_000;
        try (Arena arena = Arena.ofShared()) {
            List<RankThread> ranks = ranks(count, arena);
            Map<RankThread, Integer> numbers = new HashMap<>();
            ranks.forEach(rank -> numbers.put(rank, numbers.size()));
            var queue = new ReadyQueue(ranks.toArray(RankThread[]::new));
            ranks.forEach(queue::push);
            var held = new AtomicIntegerArray(count);
            var doubled = new AtomicInteger();
            var stop = new AtomicBoolean();
            List<Thread> thieves = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                thieves.add(Thread.ofPlatform().start(() -> {
                    while (!stop.get()) {
                        RankThread stolen = queue.steal();
                        if (stolen != null) {
                            int number = numbers.get(stolen);
                            doubled.addAndGet(held.getAndIncrement(number));
                            held.decrementAndGet(number);
                            queue.push(stolen);
                        }
                    }
                }));
            }
            for (int i = 0; i < rounds; i++) {
                RankThread taken = queue.take();
                if (taken != null) {
                    int number = numbers.get(taken);
                    doubled.addAndGet(held.getAndIncrement(number));
                    held.decrementAndGet(number);
                    queue.append(taken);
                }
            }
            stop.set(true);
            for (Thread thief : thieves) {
                thief.join();
            }
            assertThat(doubled.get()).isZero();
            var left = new HashSet<RankThread>();
            for (RankThread rank = queue.take(); rank != null; rank = queue.take()) {
                assertThat(left.add(rank)).isTrue();
            }
            assertThat(left).containsExactlyInAnyOrderElementsOf(ranks);
        }
    }
}
