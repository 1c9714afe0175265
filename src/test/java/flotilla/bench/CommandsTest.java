package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CommandsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }

    @Test
    void outputIsAnswered() throws TrialException {
        try (var commands = new Commands()) {
            assertThat(commands.run(shell("echo one; echo two"), LONG)).isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void failureTellsStatusErrorAndCommand() {
        try (var commands = new Commands()) {
            assertThatThrownBy(() -> commands.run(shell("echo 'x.c:1: error: bad' >&2; echo 'terminated.' >&2; exit 3"), LONG))
                    .isInstanceOf(TrialException.class).hasMessageStartingWith("exit status 3: x.c:1: error: bad (sh -c ");
        }
    }

    @Test
    void commandThatIsNotThere() {
        try (var commands = new Commands()) {
            assertThatThrownBy(() -> commands.run(List.of("/nowhere/at/all"), LONG)).isInstanceOf(TrialException.class)
                    .hasMessageContaining("/nowhere/at/all");
        }
    }

    @Test
    void timeOutEndsWhateverHasBeenStarted() throws Exception {
        try (var commands = new Commands();
                Running running = commands.start(shell("sleep 60 & echo $!; trap '' TERM; while :; do sleep 60; done"), Duration.ofSeconds(1))) {
            long child = Long.parseLong(running.line());
            assertThatThrownBy(running::finish).isInstanceOf(TrialException.class).hasMessageContaining("no end after 1 s");
            assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void commandThatIsGivenUpEnds() throws Exception {
        try (var commands = new Commands()) {
            long child;
            try (Running running = commands.start(shell("echo $$; exec sleep 60"), LONG)) {
                child = Long.parseLong(running.line());
            }
            assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void useOfProcessesIsSeen() throws Exception {
        try (var commands = new Commands(); Running running = commands.start(shell("sleep 60 & echo ready; while :; do :; done"), LONG)) {
            assertThat(running.line()).isEqualTo("ready");
            double before = running.processorSeconds();
            long begin = System.nanoTime();
            while (running.processorSeconds() - before < 0.2) {
                assertThat(System.nanoTime() - begin).isLessThan(15_000_000_000L);
                Thread.sleep(20);
            }
            assertThat(running.residentMiB()).isBetween(0.1, 50.0);
        }
    }

    @Test
    void temporaryFilesGo() throws Exception {
        Path folder;
        try (var commands = new Commands()) {
            folder = Path.of(commands.run(shell("mkdir $TMPDIR/inside; echo x > $TMPDIR/inside/file; echo $TMPDIR"), LONG).strip());
            assertThat(folder).isDirectory();
        }
        assertThat(Files.exists(folder)).isFalse();
    }
}
