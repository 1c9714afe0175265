package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals that people, shells and batch systems send to a job. */
final class JobSignalTest {
    private static Path program;

    @BeforeAll
    static void build() {
        Installation.need(Toolchain.FLOTILLA.toolsFor("job/endless.c").toArray(String[]::new));
        program = Guest.of(Installation.GUESTS.resolve("job/endless.c")).build(Toolchain.FLOTILLA);
    }

    /** Runs a script of bash with job control in which {@code job} starts the program in the background, as process $pid. */
    private static Command.Result script(String how, String... lines) {
        String start = """
                set -m
                job() { "$flotilla" run -n 4 --pes 2 "$program" "$@" & pid=$!; }
                until_ready() { for i in $(seq 300); do grep -qs ready "$log" && return; sleep 0.1; done; }
                log=$(mktemp); trap 'rm -f $log' EXIT
                job %s > "$log" 2>&1
                until_ready
                """.formatted(how);
        return new Command("bash", "-c", start + String.join("\n", lines)).with("flotilla", Installation.FLOTILLA.toString())
                .with("program", program.toString()).within(Duration.ofSeconds(60)).run();
    }

    private static final String END = "wait $pid; echo status $?; cat $log";

    @ParameterizedTest
    @CsvSource({"INT, compute, 130", "TERM, compute, 143", "HUP, compute, 129", "INT, wait, 130", "TERM, host, 143", "INT, trap, 130"})
    void endsAllRanksAtOnce(String signal, String how, int status) {
        Command.Result result = script(how, "SECONDS=0; kill -" + signal + " $pid", END, "echo seconds $SECONDS",
                "sleep 0.2; pgrep -f '^sleep 4711$' && echo left behind");
        assertThat(result.output()).as(result.toString()).contains("status " + status, "ended by SIG" + signal)
                .containsPattern("seconds [0-3]\n").doesNotContain("left behind");
        // Ranks that waited have passed on what they had written.
        assertThat(result.output()).as(result.toString()).contains("rank 1 was here", "rank 2 was here", "rank 3 was here");
    }

    @Test
    void duringTheStart() {
        for (String delay : List.of("0.05", "0.2", "0.4", "0.6")) {
            Command.Result result = new Command("bash", "-c", "set -m; \"$0\" run -n 4 \"$1\" compute > /dev/null 2>&1 & sleep " + delay
                    + "; kill -TERM $!; wait $!; echo $?", Installation.FLOTILLA.toString(), program.toString()).run();
            assertThat(result.output()).as(result.toString()).isEqualTo("143\n");
        }
    }

    @Test
    void secondInterruptEndsEvenWhatDoesNotEnd() {
        // Nobody takes the output, so the first cannot end the job properly at once.
        Command.Result result = new Command("bash", "-c", """
                set -m
                mkfifo "$2/pipe"; sleep 20 < "$2/pipe" & reader=$!
                "$0" run -n 4 --pes 2 "$1" print > "$2/pipe" 2> /dev/null & pid=$!
                sleep 2; SECONDS=0; kill -INT $pid; sleep 0.5; kill -INT $pid; wait $pid; echo status $? seconds $SECONDS
                kill $reader; rm -r "$2"
                """, Installation.FLOTILLA.toString(), program.toString(), temporaryFolder()).within(Duration.ofSeconds(40)).run();
        assertThat(result.output()).as(result.toString()).containsPattern("status 130 seconds [0-3]");
    }

    private static String temporaryFolder() {
        try {
            return java.nio.file.Files.createTempDirectory("flotilla").toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void quitAsksWhatTheRanksDo() {
        Command.Result result = script("wait", "kill -QUIT $pid; sleep 0.7; kill -TERM $pid", END);
        assertThat(result.output()).as(result.toString()).contains("4 of 4 ranks run:", "rank 0 waits in a system call", "rank 1 waits in MPI_Barrier",
                "status 143").doesNotContain("Full thread dump");
    }

    @Test
    void stopsAndContinues() {
        Command.Result result = script("compute", "kill -TSTP -$pid; sleep 0.3", "ps -o stat= -p $pid", "kill -CONT -$pid; sleep 0.3",
                "ps -o stat= -p $pid", "kill -INT $pid", END);
        List<String> lines = result.output().lines().filter(line -> line.matches("[A-Z][A-Za-z+<]*")).toList();
        assertThat(lines).as(result.toString()).hasSize(2);
        assertThat(lines.getFirst()).as(result.toString()).startsWith("T");
        assertThat(lines.getLast()).as(result.toString()).matches("[RS].*");
        assertThat(result.output()).as(result.toString()).contains("status 130");
    }

    @Test
    void killedJobLeavesNothing() {
        // What other tests have made meanwhile goes away.
        Command.Result result = script("fork", "files() { ls -d /tmp/*flotilla* /dev/shm/*flotilla* 2> /dev/null | sort; }; files > $log.before",
                "kill -KILL $pid; wait $pid; echo status $?; sleep 0.3", "left=$(files | comm -13 $log.before -); rm $log.before",
                "for i in $(seq 300); do left=$(ls -d $left /dev/null 2> /dev/null | grep -v /dev/null) || break; sleep 0.1; done",
                "[ -z \"$left\" ] || echo left behind: $left", "pgrep -f '^sleep 4711$' && echo left behind");
        assertThat(result.output()).as(result.toString()).contains("status 137").doesNotContain("left behind");
    }

    @Test
    void closedPipeEndsQuietly() {
        Command.Result result = new Command("bash", "-c", "\"$0\" run -n 4 --pes 2 \"$1\" print | head -3; echo status ${PIPESTATUS[0]}",
                Installation.FLOTILLA.toString(), program.toString()).run();
        assertThat(result.output()).as(result.toString()).endsWith("status 141\n").hasLineCount(4);
        assertThat(result.errors()).as(result.toString()).doesNotContain("flotilla:");
    }

    @Test
    void ignoredSignalsStayIgnored() {
        Command.Result result = script("wait", "kill $pid; wait $pid",
                "trap '' HUP; job wait > $log.2 2>&1; for i in $(seq 300); do grep -qs ready $log.2 && break; sleep 0.1; done",
                "kill -HUP $pid; sleep 0.5; kill -0 $pid && echo alive; kill -TERM $pid; wait $pid; echo status $?; rm $log.2");
        assertThat(result.output()).as(result.toString()).contains("alive", "status 143");
    }
}
