package flotilla.mpi.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing put into an inbox is lost or doubled, and each producer's deliveries come out in its order. */
class InboxStressTest {
    private static final class Numbered extends Delivery {
        final int producer;
        final int number;

        Numbered(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }

        @Override
        public void deliver(Rank receiver) {}
    }

    @Test
    @Timeout(60)
    void keepsTheOrderOfEachProducer() throws InterruptedException {
        int producers = 4;
        int each = 200_000;
        var inbox = new Inbox();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    inbox.push(new Numbered(producer, i));
                }
            }));
        }
        int[] next = new int[producers];
        int taken = 0;
        while (taken < producers * each) {
            for (Delivery delivery = inbox.takeAll(); delivery != null; delivery = delivery.next) {
                var numbered = (Numbered) delivery;
                assertThat(numbered.number).isEqualTo(next[numbered.producer]++);
                taken++;
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(inbox.isEmpty()).isTrue();
        assertThat(next).containsOnly(each);
    }
}
