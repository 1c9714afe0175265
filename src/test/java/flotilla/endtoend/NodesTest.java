package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs of several nodes, from start to end, however that comes; and that nothing is left of them. */
final class NodesTest {
    private static final String MARK = "FLOTILLA_TEST_MARK";
    private static final Pattern PLACE = Pattern.compile("rank (\\d+) of (\\d+) on (\\S+) in (\\d+)");

    @TempDir
    private static Path folder;
    private static Path program;
    private static int jobs;

    /** Everything that belongs to the job of this test has it in its environment. */
    private final String mark = "nodes-" + ProcessHandle.current().pid() + "-" + ++jobs;

    @BeforeAll
    static void build() {
        Installation.need(Toolchain.FLOTILLA.toolsFor("job/apart.c").toArray(String[]::new));
        program = Guest.of(Installation.GUESTS.resolve("job/apart.c")).build(Toolchain.FLOTILLA);
    }

    private Command nodes(int nodes, int ranks, String... more) {
        return new Command(Installation.FLOTILLA.toString(), "run", "--nodes", Integer.toString(nodes), "-n", Integer.toString(ranks),
                "--pes-per-node", "1").and(more).with(MARK, mark);
    }

    /** The processes that the job has left. */
    private List<String> left() {
        var left = new ArrayList<String>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            try {
                if (Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"), java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains(MARK + "=" + mark + "\0")) {
                    left.add(process.pid() + ": " + process.info().commandLine().orElse("?"));
                }
            } catch (IOException gone) {
                // Ended, or not ours.
            }
        }
        return left;
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        List<String> left = left();
        for (int i = 0; i < 200 && !left.isEmpty(); i++) {
            Thread.sleep(50);
            left = left();
        }
        assertThat(left).isEmpty();
    }

    /** The processes by rank. */
    private static Map<Integer, Long> places(Command.Result result) {
        return result.output().lines().map(PLACE::matcher).filter(Matcher::find)
                .collect(Collectors.toMap(m -> Integer.parseInt(m.group(1)), m -> Long.parseLong(m.group(4))));
    }

    @Test
    void ranksAreOnNodesInBlocks() {
        Command.Result result = nodes(3, 7, program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        Map<Integer, Long> places = places(result);
        assertThat(places).as(result.toString()).hasSize(7);
        for (int rank = 1; rank < 7; rank++) {
            boolean same = rank * 3 / 7 == (rank - 1) * 3 / 7;
            assertThat(places.get(rank).equals(places.get(rank - 1))).as(result.toString()).isEqualTo(same);
        }
        assertThat(result.output()).doesNotContain("leaks");
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void oneRankForEachPeByDefault() {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--nodes", "2", "--pes-per-node", "3", program.toString()).run();
        assertThat(places(result)).as(result.toString()).hasSize(6);
    }

    @Test
    void underHydra() {
        Installation.need("mpiexec.mpich");
        for (String way : List.of("-l", "-pmi-port")) {
            Command.Result result = new Command("mpiexec.mpich", way, "-n", "2", Installation.FLOTILLA.toString(), "node", "--pes", "2",
                    program.toString()).with(MARK, mark).run();
            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(places(result)).as(result.toString()).hasSize(4);
            assertThat(result.output()).doesNotContain("leaks");
        }
    }

    /** PMI-2, which Slurm offers, too. */
    @Test
    void underHydraByTheOtherVersion() {
        Installation.need("mpiexec.mpich");
        Command.Result result = new Command("mpiexec.mpich", "-n", "2", Installation.FLOTILLA.toString(), "node", "-n", "3", "--pes", "1",
                program.toString()).with(MARK, mark).with("PMI_VERSION", "2").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(places(result)).as(result.toString()).hasSize(3);
    }

    /** PMIx. */
    @Test
    void underOpenMpi() {
        Installation.need("mpirun.openmpi");
        Installation.needPackage("libpmix2");
        Command mpirun = new Command("mpirun.openmpi", "--oversubscribe", "--allow-run-as-root", "-n", "2", Installation.FLOTILLA.toString(), "node",
                "-n", "4", "--pes", "1", program.toString()).with(MARK, mark);
        Command.Result result = mpirun.run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(places(result)).as(result.toString()).hasSize(4);
        Command.Result aborted = mpirun.and("abort", "3").run();
        assertThat(aborted.status()).as(aborted.toString()).isEqualTo(17);
        assertThat(aborted.errors()).as(aborted.toString()).contains("rank 3 called MPI_Abort");
    }

    @Test
    void abortUnderHydra() {
        Installation.need("mpiexec.mpich");
        Command.Result result = new Command("mpiexec.mpich", "-n", "2", Installation.FLOTILLA.toString(), "node", "-n", "4", "--pes", "1",
                program.toString(), "abort", "3").with(MARK, mark).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(17);
        assertThat(result.errors()).as(result.toString()).contains("rank 3 called MPI_Abort");
    }

    @Test
    void killedNodeUnderHydra() {
        Installation.need("mpiexec.mpich");
        Command.Result result = new Command("bash", "-c", """
                mpiexec.mpich -n 2 "$0" node --pes 1 "$1" spin > "$2" 2>&1 & pid=$!
                for i in $(seq 600); do [ $(grep -c '^rank' "$2") = 2 ] && break; sleep 0.1; done
                kill -KILL $(sed -n "s/^rank 1 of .* in //p" "$2"); wait $pid; echo status $?; cat "$2"
                """, Installation.FLOTILLA.toString(), program.toString(), folder.resolve("log").toString()).with(MARK, mark).run();
        assertThat(result.output()).as(result.toString()).contains("rank 1 of 2").doesNotContain("status 0");
    }

    @ParameterizedTest
    @CsvSource({"abort, 17, MPI_Abort", "fault, 139, SIGSEGV"})
    void oneRanksEndIsTheJobs(String how, int status, String said) {
        Command.Result result = nodes(2, 4, program.toString(), how, "3").run();
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.errors()).as(result.toString()).contains("rank 3", said).doesNotContain("node 0");
        assertThat(result.errors().lines().filter(line -> line.startsWith("flotilla:"))).as(result.toString()).hasSize(1);
    }

    @Test
    void statusesAreCombined() {
        Command.Result result = nodes(2, 2, program.toString(), "status", "1", ":", "-n", "1", program.toString(), "status", "4").run();
        assertThat(result.status()).as(result.toString()).isEqualTo(5);
    }

    @Test
    void linesStayWhole() {
        Command.Result result = nodes(3, 6, "--label", program.toString(), "print").run();
        assertThat(result.status()).as(result.errors()).isZero();
        List<String> lines = result.output().lines().filter(line -> line.contains("begins")).toList();
        assertThat(lines).hasSize(6 * 20000).allMatch(line -> line.matches("\\[(\\d)] rank \\1 begins line \\d+, and ends it: -*"));
    }

    @Test
    void inputIsRankZeros() {
        Command.Result result = nodes(2, 2, program.toString(), "read").input("a\nb\n").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains("name? rank 0 has read a\n", "rank 0 has read b\n").doesNotContain("rank 1 has read");
    }

    @Test
    void promptsAreSeen() {
        Command.Result result = script("1", "mkfifo $log.in", "\"$flotilla\" run --nodes 2 -n 2 --pes 1 \"$program\" read 0 < $log.in > $log 2>&1 & pid=$!",
                "exec 3> $log.in; for i in $(seq 600); do grep -qs 'name?' $log && break; sleep 0.1; done; cat $log; rm $log.in",
                "kill $pid; wait $pid; echo status $?");
        assertThat(result.output()).as(result.toString()).contains("name? ", "status 143");
    }

    @Test
    void timeLimit() {
        Command.Result result = nodes(2, 2, "--timeout", "6s", program.toString(), "wait").run();
        assertThat(result.status()).as(result.toString()).isEqualTo(124);
        assertThat(result.errors()).as(result.toString()).contains("(--timeout)");
    }

    /**
     * A script of bash with job control in which {@code job ARGUMENTS} starts the launcher as $pid and waits until all ranks
     * are there.
     */
    private Command.Result script(String ranks, String... lines) {
        String start = """
                set -m
                ranks=%s log=$(mktemp); trap 'rm -f $log' EXIT
                job() {
                    env FLOTILLA_TEST_MARK=$mark "$flotilla" run --nodes 2 -n $ranks --pes-per-node 1 "$program" "$@" > "$log" 2>&1 & pid=$!
                    for i in $(seq 600); do [ $(grep -c '^rank' "$log") = $ranks ] && return; sleep 0.1; done
                }
                node() { sed -n "s/^rank $1 of .* in //p" "$log"; }
                """.formatted(ranks);
        return new Command("bash", "-c", start + String.join("\n", lines)).with("flotilla", Installation.FLOTILLA.toString())
                .with("program", program.toString()).with(MARK, mark + "x").with("mark", mark)
                .within(Duration.ofSeconds(110)).run();
    }

    private static final String END = "wait $pid; echo status $?; cat $log";

    @ParameterizedTest
    @CsvSource({"INT, wait, 130", "TERM, spin, 143", "HUP, wait, 129", "INT, child, 130"})
    void signalsEndAllNodes(String signal, String how, int status) {
        // As a terminal sends it, to all; and to the launcher alone.
        for (String whom : List.of("-$pid", "$pid")) {
            Command.Result result = script("2", "job " + how + "; kill -" + signal + " -- " + whom, END);
            assertThat(result.output()).as(result.toString()).contains("status " + status, "ended by SIG" + signal);
            assertThat(result.output().lines().filter(line -> line.contains("ended by"))).as(result.toString()).hasSize(1);
        }
    }

    @Test
    void signalToANodeNamesIt() {
        Command.Result result = script("2", "job wait; node=$(node 1); kill -TERM $node; echo node $node", END);
        String node = result.output().lines().filter(line -> line.startsWith("node ")).findFirst().orElseThrow().substring(5);
        assertThat(result.output()).as(result.toString()).contains("status 143", "ended by SIGTERM sent to node 1 (", "process " + node);
    }

    @Test
    void killedNodeIsNamed() {
        Command.Result result = script("2", "job spin; node=$(node 1); kill -KILL $node; echo node $node", END);
        String node = result.output().lines().filter(line -> line.startsWith("node ")).findFirst().orElseThrow().substring(5);
        assertThat(result.output()).as(result.toString()).contains("status 137", "node 1 (", "process " + node + ") was killed by signal 9");
    }

    @Test
    void killedLauncherLeavesNothing() {
        Command.Result result = script("2", "job child; kill -KILL $pid; wait $pid; echo status $?");
        assertThat(result.output()).as(result.toString()).contains("status 137");
    }

    @Test
    void quitAsksAllNodes() {
        Command.Result result = script("2", "job wait; kill -QUIT $pid; for i in $(seq 100); do [ $(grep -c 'ranks run on' $log) = 2 ] && break; sleep 0.1; done",
                "kill $pid", END);
        assertThat(result.output()).as(result.toString()).contains("1 of 1 ranks run on node 0", "1 of 1 ranks run on node 1", "rank 1 waits", "status 143");
    }

    @Test
    void stopsAndContinues() {
        // From the terminal, to all; and to the launcher alone.
        for (String whom : List.of("-$pid", "$pid")) {
            stopsAndContinues(whom);
        }
    }

    private void stopsAndContinues(String whom) {
        Command.Result result = script("2", "job spin; states() { for p in $pid $(node 0) $(node 1); do ps -o stat= -p $p | cut -c1; done | tr -d '\\n'; echo; }",
                "kill -TSTP -- " + whom + "; sleep 1; states; kill -CONT -- " + whom + "; sleep 1; states", "kill -INT $pid", END);
        assertThat(result.output()).as(result.toString()).containsPattern("(?m)^TTT$").containsPattern("(?m)^S[RS][RS]$").contains("status 130");
    }

    @Test
    void closedPipeEndsAllNodes() {
        Command.Result result = new Command("bash", "-c", "\"$0\" run --nodes 2 -n 2 --pes-per-node 1 \"$1\" print | head -3; echo status ${PIPESTATUS[0]}",
                Installation.FLOTILLA.toString(), program.toString()).with(MARK, mark).run();
        assertThat(result.output()).as(result.toString()).endsWith("status 141\n").hasLineCount(4);
        assertThat(result.errors()).as(result.toString()).isEmpty();
    }

    // Other hosts.

    /** In place of ssh: runs the line for a shell here, and says for which host. */
    private static Path stand(String... lines) throws IOException {
        Path script = Files.createTempFile(folder, "ssh", ".sh");
        Files.writeString(script, "#!/bin/sh\nhost=$1; shift\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void hostsAreReachedThroughAShell() throws IOException {
        Path ssh = stand("echo \"host $host\" >&2", "unset A", "exec sh -c \"$*\"");
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hosts", "one,two:2", "--launcher-exec", ssh.toString(), "-n", "3",
                "--pes", "1", program.toString(), "environment").with(MARK, mark).with("A", "a 'word'").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.errorLines()).as(result.toString()).containsExactlyInAnyOrder("host one", "host two", "host two");
        assertThat(result.output()).as(result.toString()).contains("rank 0 has A=a 'word'", "rank 1 has A=a 'word'", "rank 2 has A=a 'word'")
                .doesNotContain("leaks");
    }

    /**
     * Two network namespaces with a cable between them, each with a host name: what is sent between them does not leave this
     * machine.
     */
    @Test
    void hostsWithNetworksOfTheirOwn() throws IOException {
        Installation.need("ip", "unshare");
        String name = "flt" + ProcessHandle.current().pid();
        String here = name + "a";
        String there = name + "b";
        Command.Result made = new Command("sh", "-ec", """
                ip netns add $0; ip netns add $1
                ip -n $0 link add eth type veth peer name eth netns $1
                ip -n $0 addr add 10.77.0.1/24 dev eth; ip -n $1 addr add 10.77.0.2/24 dev eth
                for n in $0 $1; do ip -n $n link set lo up; ip -n $n link set eth up; done
                ip netns exec $1 unshare --uts hostname beta
                """, here, there).run();
        try {
            assumeTrue(made.status() == 0, "network namespaces can't be made here: " + made.errors());
            Path ssh = stand("case $host in 10.77.0.1) ns=" + here + " name=alpha ;; *) ns=" + there + " name=beta ;; esac",
                    "exec ip netns exec $ns unshare --uts sh -c 'hostname $1; exec sh -c \"$2\"' sh $name \"$*\"");
            Command.Result result = new Command("ip", "netns", "exec", here, Installation.FLOTILLA.toString(), "run", "--hosts", "10.77.0.1,10.77.0.2",
                    "--launcher-exec", ssh.toString(), "-n", "4", "--pes", "1", program.toString()).with(MARK, mark).run();
            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(result.output()).as(result.toString()).contains("rank 0 of 4 on alpha", "rank 1 of 4 on alpha", "rank 2 of 4 on beta", "rank 3 of 4 on beta");
        } finally {
            new Command("sh", "-c", "ip netns del $0; ip netns del $1", here, there).run();
        }
    }

    @Test
    void oneNodeOnAnotherHost() throws IOException {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hosts", "one", "--launcher-exec", stand("exec sh -c \"$*\"").toString(),
                "--pes", "2", program.toString()).with(MARK, mark).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(places(result)).as(result.toString()).hasSize(2);
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void secretIsNotOnTheCommandLine() throws IOException {
        Path ssh = stand("read secret; echo \"$*\" | grep -q \"$secret\" && echo shown >&2; echo ${#secret} >&2; exit 3");
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hosts", "one,two", "-n", "2", program.toString())
                .with("FLOTILLA_SSH", ssh.toString()).with(MARK, mark).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(3);
        assertThat(result.errors()).as(result.toString()).contains("64").doesNotContain("shown").contains("has not joined the job", "ended with status 3");
    }

    @Test
    void inputGoesToAnotherHost() throws IOException {
        Path ssh = stand("exec sh -c \"$*\"");
        Path hosts = Files.writeString(folder.resolve("hosts"), "# the hosts\none:1  # first\n\ntwo slots=3\n");
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hostfile", hosts.toString(), "--nodes", "2", "-n", "2",
                program.toString(), "read").with("FLOTILLA_SSH", ssh.toString()).with(MARK, mark).input("x\ny\n").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains("rank 0 has read x\n", "rank 0 has read y\n");
    }

    @Test
    void killedLauncherLeavesNothingOnOtherHosts() throws IOException {
        Path ssh = stand("exec setsid sh -c \"$*\"");
        Command.Result result = script("2", "export " + MARK + "=$mark FLOTILLA_SSH=" + ssh,
                "\"$flotilla\" run --hosts a,b -n 2 --pes 1 \"$program\" spin > $log 2>&1 & pid=$!",
                "for i in $(seq 600); do [ $(grep -c '^rank' $log) = 2 ] && break; sleep 0.1; done; kill -KILL $pid; wait $pid; echo status $?");
        assertThat(result.output()).as(result.toString()).contains("status 137");
    }

    @Test
    void hostThatDoesNotAnswer() throws IOException {
        Path ssh = stand("[ $host = nowhere ] && { echo \"ssh: Could not resolve hostname nowhere\" >&2; exit 255; }", "exec sh -c \"$*\"");
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hosts", "one,nowhere", "-n", "2", program.toString(), "wait")
                .with("FLOTILLA_SSH", ssh.toString()).with(MARK, mark).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(255);
        assertThat(result.errors()).as(result.toString()).contains("Could not resolve", "node 1 (nowhere) has not joined", ssh.toString());
    }

    @Test
    void differentFilesAreRefused() throws IOException {
        Path seen = Files.createDirectories(folder.resolve("different/seen"));
        Files.copy(program, seen.resolve("prog"));
        Files.copy(program, folder.resolve("different/own"));
        byte[] bytes = Files.readAllBytes(program);
        // The build id, which the linker has computed, stands behind its owner's name.
        bytes[indexOf(bytes, new byte[] {3, 0, 0, 0, 'G', 'N', 'U', 0}) + 8] ^= 1;
        Files.write(folder.resolve("different/other"), bytes);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hosts", "one,two", "-n", "2", seen.resolve("prog").toString())
                .with("FLOTILLA_SSH", stand("exec sh -c \"$(echo \"$*\" | sed \"s,seen/prog,$( [ $host = two ] && echo other || echo own ),\")\"").toString())
                .with(MARK, mark).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).contains("differ", "node 0 (", "node 1 (");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new IllegalStateException("no build id");
    }

    // Bad input.

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--nodes 0|--nodes 0", "--nodes x|not a number of nodes", "--nodes 3 -n 2|more than the job has ranks", "--hosts a,,b|no host",
        "--hosts -oProxyCommand=x|no host", "--hosts a:0|0 nodes", "--hostfile /nowhere|can't be read", "--nodes 3 --hosts a,b|room for 2",
        "--launcher-exec x|add --hosts", "--nodes 2 -n 2 --transport carrier|unknown transport carrier", "--nodes 2 --gdb|--gdb", "--hosts a --hostfile b|given twice", "--nodes 2 --nodes 2|given twice"
    })
    void badInputIsRefused(String options, String said) {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run").and(options.split(" ")).and(program.toString()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).startsWith("flotilla: ").contains(said);
    }

    @Test
    void missingSshIsRefused() {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hosts", "a,b", "-n", "2", program.toString())
                .with("FLOTILLA_SSH", "/nowhere/ssh").run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).contains("/nowhere/ssh", "--launcher-exec");
    }

    @Test
    void nodeByItselfIsRefused() {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "node", program.toString()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errors()).as(result.toString()).contains("PMI_FD", "PMIX_RANK", "flotilla run --nodes");
    }

    @Test
    void allNodesRefuseWithOneLine() throws IOException {
        Path text = Files.writeString(folder.resolve("letter"), "no program at all\n".repeat(20));
        Command.Result result = nodes(3, 3, text.toString()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).contains("ELF").doesNotContain("node 0");
    }

    @Test
    void oneNodeThatCannotStartIsNamed() throws IOException {
        Path ssh = stand("exec sh -c \"$(echo \"$*\" | sed \"s,seen/prog,$( [ $host = two ] && echo nothing || echo one ),\")\"");
        Path seen = Files.createDirectories(folder.resolve("some/seen"));
        Files.copy(program, seen.resolve("prog"));
        Files.copy(program, folder.resolve("some/one"));
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--hosts", "one,two", "-n", "2", seen.resolve("prog").toString())
                .with("FLOTILLA_SSH", ssh.toString()).with(MARK, mark).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).contains("node 1 (", "program not found");
    }
}
