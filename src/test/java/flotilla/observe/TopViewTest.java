package flotilla.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What `flotilla top` makes of two samples. */
final class TopViewTest {
    private static final long SECOND = 1_000_000_000;

    private static JobSample sample(long nanos, String states, List<JobSample.PeSample> pes, long[] run, long[] messages) {
        int ranks = states.length();
        var job = new JobSummary(77, 1000, List.of(new JobSummary.Program("./sea", ranks)), ranks, pes.size(), 0, 1, List.of(77L), "running");
        long[] bytes = Arrays.stream(messages).map(count -> 1000 * count).toArray();
        return new JobSample(job, nanos, pes, states, run, new long[ranks], messages, bytes);
    }

    @Test
    void countsBecomeRatesAndShares() {
        JobSample before = sample(5 * SECOND, "WRQ", List.of(new JobSample.PeSample(0, 10, 0, -1, 0), new JobSample.PeSample(SECOND, 0, 0, 1, 0)),
                new long[] {0, 7 * SECOND, 0}, new long[] {100, 0, 0});
        JobSample after = sample(7 * SECOND, "WRE", List.of(new JobSample.PeSample(SECOND / 2, 2010, 4, 1, 0), new JobSample.PeSample(3 * SECOND, 0, 0, -1, 0)),
                new long[] {SECOND / 2, 8 * SECOND, 0}, new long[] {100, 24690, 4});
        List<String> lines = new TopView(before, after).lines(63_000, 100, 1000);
        assertThat(lines).containsExactly(
                "job 77: 3 ranks on 2 PEs, begun 1m 02s ago, running: ./sea",
                "ranks: 1 running, 0 ready, 1 waiting, 1 ended",
                "12.3k messages/s, 12.3M bytes/s, 0 switches/s, 2.0 moves/s between PEs",
                "",
                "   PE    busy                         switches/s  moves/s  runs",
                "    0   75.0%  [###############     ]       1.00k      2.0  rank 1",
                "    1    0.0%  [                    ]           0        0  -",
                "",
                " rank     CPU  state         switches/s  messages/s   bytes/s",
                "    1   50.0%  running                0       12.3k     12.3M",
                "    0   25.0%  waiting                0           0         0",
                "    2    0.0%  ended                  0         2.0     2.00k");
    }

    private static JobSample nodeOf(int node, long nanos, String states, long... messages) {
        return nodeOf(node, states.contains("R") ? "running" : "waiting", nanos, states, messages);
    }

    private static JobSample nodeOf(int node, String state, long nanos, String states, long... messages) {
        int ranks = states.length();
        var job = new JobSummary(77 + node, 1000, List.of(new JobSummary.Program("./sea", ranks)), ranks, 1, node, 3, List.of(77L, 78L, 5L), state);
        return new JobSample(job, nanos, List.of(new JobSample.PeSample(0, nanos / SECOND * 10, 0, -1, node)), states, new long[ranks], new long[ranks],
                messages, new long[ranks]);
    }

    /** Of three nodes one is on another host, and rank 1 moves. */
    @Test
    void nodesAreShownTogether() {
        JobSample before = JobSample.together(List.of(nodeOf(0, 0, "RW-", 5, 7, 0), nodeOf(1, 0, "---", 0, 0, 0)));
        JobSample after = JobSample.together(List.of(nodeOf(0, SECOND, "R--", 5, 0, 0), nodeOf(1, SECOND, "-W-", 0, 10, 0)));
        assertThat(new TopView(before, after).lines(2_000, 100, 1000)).containsExactly(
                "job 77 (2 of 3 nodes): 2 ranks on 2 PEs, begun 1.0s ago, running: ./sea",
                "ranks: 1 running, 0 ready, 1 waiting, 0 ended",
                "3.0 messages/s, 0 bytes/s, 0 switches/s, 0 moves/s between PEs",
                "",
                "node.PE  busy                         switches/s  moves/s  runs",
                "  0.0  100.0%  [####################]          10        0  -",
                "  1.0  100.0%  [####################]          10        0  -",
                "",
                " rank     CPU  state         switches/s  messages/s   bytes/s",
                "    0    0.0%  running                0           0         0",
                "    1    0.0%  waiting                0         3.0         0");
    }

    @Test
    void theJobRunsWhereOneNodeDoes() {
        JobSample waits = nodeOf(0, 0, "W--", 0, 0, 0);
        JobSample runs = nodeOf(1, 0, "-R-", 0, 0, 0);
        assertThat(JobSample.together(List.of(waits, runs)).job().state()).isEqualTo("running");
        assertThat(JobSample.together(List.of(runs, waits)).job().state()).isEqualTo("running");
        assertThat(JobSample.together(List.of(waits, waits)).job().state()).isEqualTo("waiting");
        assertThat(JobSample.together(List.of(runs, nodeOf(1, "ending", 0, "-W-", 0, 0, 0))).job().state()).isEqualTo("ending");
    }

    @Test
    void pesAndRanksShareTheRoom() {
        var pes = new ArrayList<JobSample.PeSample>();
        for (int i = 0; i < 100; i++) {
            pes.add(new JobSample.PeSample(0, 0, 0, i, 0));
        }
        JobSample sample = sample(0, "R".repeat(1000), pes, new long[1000], new long[1000]);
        JobSample later = sample(SECOND, "R".repeat(1000), pes, new long[1000], new long[1000]);
        List<String> lines = new TopView(sample, later).lines(0, 24, 60);
        assertThat(lines).hasSizeLessThanOrEqualTo(24).allMatch(line -> line.length() <= 60);
        assertThat(lines).filteredOn(line -> line.matches(" +\\d+ +100.0%.*")).hasSize(8);
        assertThat(lines).filteredOn(line -> line.matches(" +\\d+ +0.0% +running.*")).hasSize(9);
        for (int most = 0; most < 24; most++) {
            assertThat(new TopView(sample, later).lines(0, most, 60)).hasSizeLessThanOrEqualTo(most);
        }
    }

    @Test
    void whatDoesNotFitTogetherIsNoSample() {
        assertThatThrownBy(() -> sample(0, "RR", List.of(), new long[1], new long[2])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ages() {
        assertThat(List.of(TopView.age(-5), TopView.age(4_210), TopView.age(60_000), TopView.age(7_500_000), TopView.age(273_600_000)))
                .containsExactly("0.0s", "4.2s", "1m 00s", "2h 05m", "3d 04h");
    }
}
