package flotilla.trap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JobCanaryTest {
    private static final long VALUE = 0x1234_5678_9abc_de00L;

    /** More than one at a time, so that threads whose stacks glibc uses again are among them; the JVM's own code runs in all. */
    @Test
    void threadsHaveItAndWhoStartsThemKeepsItsOwn() throws InterruptedException {
        var canary = new JobCanary(VALUE);
        long own = Guest.readFs(0x28);
        assertThat(own).isNotEqualTo(VALUE);
        for (int i = 0; i < 50; i++) {
            var seen = new AtomicLong();
            var nested = new AtomicLong();
            Thread thread = canary.thread(() -> {
                seen.set(Guest.readFs(0x28));
                Thread inner = Thread.ofPlatform().start(() -> nested.set(Guest.readFs(0x28)));
                try {
                    inner.join();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }, "canary");
            thread.start();
            thread.join();
            assertThat(seen).hasValue(VALUE);
            assertThat(nested).hasValue(VALUE);
            assertThat(Guest.readFs(0x28)).isEqualTo(own);
        }
    }

    @Test
    void theProcessHasOne() {
        assertThat(JobCanary.ofProcess().isHere()).isTrue();
        assertThat(new JobCanary(VALUE).isHere()).isFalse();
    }
}
