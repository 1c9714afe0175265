package flotilla.mpi.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.memory.Memory;
import flotilla.mpi.core.Placement;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class WhereaboutsTest {
    private static final int RANK = 1;

    private final Whereabouts where = new Whereabouts(0, new Placement(4, 2));

    @Test
    void framesWaitForRanksThatAreAboutToLeave() {
        try (var arena = Arena.ofConfined()) {
            long frame = arena.allocate(MessageFrame.BYTES).address();
            Memory.putInt(frame, 17);
            assertThat(where.isHere(RANK)).isTrue();
            assertThat(where.hold(RANK, frame)).isFalse();
            where.departs(RANK);
            assertThat(where.isHere(RANK)).isFalse();
            assertThat(where.hold(RANK, frame)).isTrue();
            where.located(RANK, 1);
            assertThat(where.departed(RANK)).hasSize(1).allSatisfy(bytes -> assertThat(bytes).hasSize(MessageFrame.BYTES).startsWith(17));
            assertThat(where.hold(RANK, frame)).isFalse();
            assertThat(where.isHere(RANK)).isFalse();
            assertThat(where.nodeOf(RANK)).isEqualTo(1);
        }
    }

    /**
     * A rank that has something and comes and goes with it. Who looks for it, and finds neither the thing nor the rank elsewhere, with
     * nothing changed meanwhile, would take it for lost.
     */
    @Test
    @Timeout(60)
    void whoLooksAtSeveralThingsIsNotMisled() throws InterruptedException {
        var thing = new AtomicReference<>("thing");
        var wrong = new AtomicInteger();
        Thread rank = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 300_000; i++) {
                where.departs(RANK);
                thing.set(null);
                if (i % 3 == 0) {
                    thing.set("thing");
                    where.departed(RANK);
                } else {
                    where.located(RANK, 1);
                    where.departed(RANK);
                    thing.set("thing");
                    where.located(RANK, 0);
                }
            }
        });
        while (rank.isAlive()) {
            int seen = where.changes(RANK);
            if (thing.get() == null && where.isHere(RANK) && where.changes(RANK) == seen) {
                wrong.incrementAndGet();
            }
        }
        rank.join();
        assertThat(wrong).hasValue(0);
    }
}
