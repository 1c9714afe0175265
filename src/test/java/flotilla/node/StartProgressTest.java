package flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartProgressTest {
    private long now = -5_000_000_000L;
    private final List<String> lines = new ArrayList<>();

    private StartProgress of(int all) {
        return new StartProgress(all, "ranks have begun", lines::add, () -> now);
    }

    @Test
    void whatIsQuickIsNotToldOf() {
        StartProgress progress = of(1000);
        for (int i = 0; i < 1000; i++) {
            now += 1_900_000;
            progress.one();
        }
        now += 10_000_000_000L;
        progress.look();
        assertThat(lines).isEmpty();
    }

    @Test
    void aLineEachSecond() {
        StartProgress progress = of(4000);
        for (int i = 0; i < 4000; i++) {
            now += 1_000_000;
            progress.one();
        }
        assertThat(lines).containsExactly("2,000 of 4,000 ranks have begun", "3,000 of 4,000 ranks have begun", "all 4,000 ranks have begun");
    }

    @Test
    void whoStaysAwayIsMissed() {
        StartProgress progress = of(3);
        progress.one();
        progress.one();
        for (int i = 0; i < 30; i++) {
            now += 100_000_000;
            progress.look();
        }
        assertThat(lines).containsExactly("2 of 3 ranks have begun", "2 of 3 ranks have begun");
        progress.one();
        assertThat(lines).last().isEqualTo("all 3 ranks have begun");
    }
}
