package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flotilla ps} and {@code flotilla top}, of jobs that run meanwhile. Their sockets are in a folder that is the test's own. */
final class ObserveTest {
    private static Path program;

    @TempDir
    private Path runtime;

    @BeforeAll
    static void build() {
        Installation.need(Toolchain.FLOTILLA.toolsFor("job/endless.c").toArray(String[]::new));
        program = Guest.of(Installation.GUESTS.resolve("job/endless.c")).build(Toolchain.FLOTILLA);
    }

    /**
     * Runs a script of bash, in which other jobs of this user may be seen, too. {@code job HOW} starts the program in the background, as process $pid, and comes back when `flotilla
     * ps` shows it.
     */
    private Command.Result script(String... lines) {
        String start = """
                job() {
                    "$flotilla" run -n 4 --pes 2 "$program" "$@" > /dev/null 2> "$XDG_RUNTIME_DIR/errors" & pid=$!
                    for i in $(seq 200); do
                        grep -qs ready "$XDG_RUNTIME_DIR/errors" && "$flotilla" ps | grep -q "^ *$pid " && return; sleep 0.1
                    done
                }
                trap 'kill -9 $(jobs -p) 2> /dev/null' EXIT
                """;
        return new Command("bash", "-c", start + String.join("\n", lines)).with("flotilla", Installation.FLOTILLA.toString())
                .with("program", program.toString()).with("XDG_RUNTIME_DIR", runtime.toString()).within(Duration.ofSeconds(100)).run();
    }

    private Path folder() {
        return runtime.resolve("flotilla");
    }

    @Test
    void listsJobsUntilTheyEnd() {
        Command.Result result = script("job wait; first=$pid; job compute; second=$pid", "ps() { \"$flotilla\" ps | grep -E \"PID|^ *($first|$second) \"; }; echo $first $second; ps",
                "stat -c %a $XDG_RUNTIME_DIR/flotilla", "kill -TERM $first; wait $first", "ps",
                "kill -KILL $second; wait $second", "ls $XDG_RUNTIME_DIR/flotilla | wc -l; ps");
        List<String> lines = result.output().lines().toList();
        assertThat(lines).as(result.toString()).hasSize(9);
        String[] pids = lines.getFirst().split(" ");
        String table = "PID +RANKS +PES +NODE +SINCE +STATE +PROGRAM";
        String first = pids[0] + " +4 +2 +0/1 +[\\d:]{8} +waiting +" + Pattern.quote(program.toString());
        String second = pids[1] + " +4 +2 +0/1 +[\\d:]{8} +running +" + Pattern.quote(program.toString());
        assertThat(lines.get(1)).as(result.toString()).containsPattern(table);
        assertThat(lines.subList(2, 4)).as(result.toString()).anyMatch(line -> line.matches(" *" + first)).anyMatch(line -> line.matches(" *" + second));
        assertThat(lines.get(4)).as(result.toString()).isEqualTo("700");
        assertThat(lines.get(6)).as(result.toString()).matches(" *" + second);
        // What was killed has left its socket, and the next look takes it away, with the folder.
        assertThat(lines.get(7)).as(result.toString()).isEqualTo("1");
        assertThat(lines.get(8)).as(result.toString()).containsPattern(table);
        assertThat(folder()).as(result.toString()).doesNotExist();
    }

    @Test
    void stoppedJobsAreNotWaitedFor() {
        Command.Result result = script("ps() { \"$flotilla\" ps | grep \"^ *$pid \"; }",
                "job wait; kill -STOP $pid; sleep 0.2; ps; \"$flotilla\" top $pid; kill -CONT $pid; ps");
        List<String> lines = result.output().lines().toList();
        assertThat(lines).as(result.toString()).hasSize(2);
        assertThat(lines.getFirst()).as(result.toString()).containsPattern("\\d+ +\\? +\\? +\\? +\\? +stopped");
        assertThat(lines.getLast()).as(result.toString()).contains("waiting");
        assertThat(result.errors()).as(result.toString()).contains("does not answer (stopped)");
    }

    @Test
    void topShowsWhoComputes() {
        Command.Result result = script("job compute; \"$flotilla\" top --once $pid; \"$flotilla\" top 4711 --once; echo status $?");
        assertThat(result.output()).as(result.toString()).contains(": 4 ranks on 2 PEs, begun ", " ago, running: " + program,
                "ranks: 1 running, 0 ready, 3 waiting, 0 ended", "status 2");
        // Rank 0 alone has work; how much of the processor it gets is the machine's affair, what it takes of its PE is not.
        Map<Integer, Double> share = new TreeMap<>();
        Matcher ranks = Pattern.compile("(?m)^ +(\\d) +([\\d.]+)%  (running|waiting)").matcher(result.output());
        while (ranks.find()) {
            share.put(Integer.valueOf(ranks.group(1)), Double.valueOf(ranks.group(2)));
        }
        assertThat(share).as(result.toString()).hasSize(4);
        assertThat(share.get(0)).as(result.toString()).isGreaterThan(90);
        assertThat(share.get(1) + share.get(2) + share.get(3)).as(result.toString()).isLessThan(10);
        assertThat(result.output()).as(result.toString()).containsPattern("(?m)^ +\\d +(9\\d|100)\\.\\d%  \\[#+ *\\] .*rank 0$")
                .containsPattern("(?m)^ +\\d +\\d\\.\\d%  \\[ *\\] .*-$");
        assertThat(result.errors()).as(result.toString()).contains("top 4711: no job of yours has this number");
    }

    /** By the number of any of them. */
    @Test
    void topShowsAllNodesOfAJob() {
        Command.Result result = script("\"$flotilla\" run -n 6 --nodes 2 --pes-per-node 1 \"$program\" compute > /dev/null 2>&1 & launcher=$!",
                "node() { \"$flotilla\" ps | awk -v name=\"$program\" '$4 == \"1/2\" && $NF == name {print $1}'; }",
                "for i in $(seq 200); do pid=$(node); [ -n \"$pid\" ] && break; sleep 0.1; done",
                "\"$flotilla\" top --once $pid; kill $launcher; wait $launcher");
        assertThat(result.output()).as(result.toString()).contains(" (2 nodes): 6 ranks on 2 PEs, begun ", "ranks: 1 running, 0 ready, 5 waiting, 0 ended")
                .containsPattern("(?m)^ +0\\.0 +\\d.*rank 0$").containsPattern("(?m)^ +1\\.0 +\\d").containsPattern("(?m)^ +5 +0\\.0%  waiting");
    }

    @Test
    void topOnATerminalLeavesItAsItWas() {
        Installation.need("script", "stty");
        // script(1) gives it a terminal; what is typed, once it shows something, comes from a pipe. The shell beside it has to
        // outlive Ctrl-C, which a dash does only with a trap.
        Command.Result result = script("log=$XDG_RUNTIME_DIR/log; job wait",
                """
                typed() {
                    : > $log;
                    (for i in $(seq 200); do grep -q 'CPU  state' $log && break; sleep 0.1; done; printf "$1"; sleep 1) |
                        script -qfec "trap : INT; stty rows 12 cols 70; stty -g; '$flotilla' top $pid; stty -g" $log > /dev/null
                    cat $log
                }
                typed q; echo; echo =====; typed '\\003'
                """);
        for (String run : result.output().split("=====")) {
            List<String> settings = Pattern.compile("[0-9a-f]+(:[0-9a-f]+){10,}").matcher(run).results().map(m -> m.group()).toList();
            assertThat(settings).as(result.toString()).hasSize(2);
            assertThat(settings.getLast()).as(result.toString()).isEqualTo(settings.getFirst());
            assertThat(run).as(result.toString()).containsSubsequence("\033[?1049h", ": 4 ranks on 2 PEs, begun ", "\033[?1049l");
        }
    }

    /** Others could have left a socket there. */
    @Test
    void folderThatOthersMayEnterIsNotTrusted() throws IOException {
        Files.createDirectory(folder());
        Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(folder().resolve("job-1-1"));
        Command.Result result = script("\"$flotilla\" ps; echo status $?",
                "\"$flotilla\" run -n 4 -v \"$program\" wait & pid=$!; sleep 4; kill $pid; wait $pid");
        assertThat(result.output()).as(result.toString()).contains("status 2");
        assertThat(result.errors()).as(result.toString()).contains("not a folder that belongs to you alone (mode 700)",
                "flotilla ps will not find this job");
        assertThat(folder().resolve("job-1-1")).exists();
    }
}
