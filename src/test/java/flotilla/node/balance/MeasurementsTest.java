package flotilla.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.balance.Load;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Three ranks on two nodes, of two PEs and one. */
final class MeasurementsTest {
    private static NodeSample sample(double share, long[] idle, int[] ranks, long[] measured, long[] set, int[] pes, int... pairs) {
        int count = pairs.length / 4;
        var sender = new int[count];
        var receiver = new int[count];
        var messages = new long[count];
        var bytes = new long[count];
        for (int i = 0; i < count; i++) {
            sender[i] = pairs[4 * i];
            receiver[i] = pairs[4 * i + 1];
            messages[i] = pairs[4 * i + 2];
            bytes[i] = pairs[4 * i + 3];
        }
        var movable = new boolean[ranks.length];
        java.util.Arrays.fill(movable, true);
        return new NodeSample(1000, share, idle, ranks, measured, set, pes, new long[ranks.length], movable, sender, receiver, messages, bytes, 0, 0, 0);
    }

    @Test
    void whatIsMeasuredSinceTheLastTimeCounts() {
        var measurements = new Measurements(3, new int[] {2, 1}, new int[] {0, 0, 1});
        measurements.load(new NodeSample[] {
            sample(1, new long[] {0, 0}, new int[] {0, 1}, new long[] {100, 200}, new long[] {-1, -1}, new int[] {0, 1}),
            sample(1, new long[] {0}, new int[] {2}, new long[] {50}, new long[] {-1}, new int[] {0})}, rank -> false);
        // Rank 1 has moved; its PE gets half of the time that it could use. Rank 2 has set its load.
        Load load = measurements.load(new NodeSample[] {
            sample(1, new long[] {400, 900}, new int[] {0}, new long[] {700}, new long[] {-1}, new int[] {0}, 0, 1, 3, 30, 1, 2, 1, 10),
            sample(0.5, new long[] {200}, new int[] {1, 2}, new long[] {1000, 60}, new long[] {-1, 5000}, new int[] {0, 0}, 1, 2, 2, 20)}, rank -> rank == 0);
        assertThat(load.work()).containsExactly(600, 400, 5000);
        assertThat(load.places()).containsExactly(0, 2, 2);
        assertThat(load.movable()).containsExactly(false, true, true);
        assertThat(load.pes().node()).containsExactly(0, 0, 1);
        assertThat(load.pes().idle()).containsExactly(400, 900, 200);
        // In the interval before, all of it: the other half may have been taken by something passing.
        assertThat(load.pes().background()).containsExactly(0, 0, 0);
        // What rank 1 has sent from both nodes is one.
        assertThat(load.traffic().offsets()).containsExactly(0, 1, 2, 2);
        assertThat(load.traffic().peers()).containsExactly(1, 2);
        assertThat(load.traffic().messages()).containsExactly(3, 3);
        assertThat(load.traffic().bytes()).containsExactly(30, 30);
        assertThat(measurements.placesOn(new int[] {1, 1, 0})).containsExactly(2, 2, 0);
    }

    @Test
    void otherProgramsCountWhenTheyStay() {
        var share = new LastingShare();
        long half = 500_000_000;
        assertThat(share.with(half, 0.9)).isEqualTo(0.9);
        assertThat(share.with(half, 0.5)).isEqualTo(0.9);
        assertThat(share.with(half, 0.6)).isEqualTo(0.9);
        assertThat(share.with(half, 0.5)).isEqualTo(0.9);
        assertThat(share.with(half, 0.5)).isEqualTo(0.6);
        assertThat(share.with(half, 0.5)).isEqualTo(0.6);
        assertThat(share.with(half, 0.5)).isEqualTo(0.5);
        assertThat(share.with(4 * half, 0.4)).as("long intervals stand for themselves").isEqualTo(0.4);
    }

    @Test
    void aRankOnItsWayIsWhereItWasAndDoesNotMove() {
        var measurements = new Measurements(2, new int[] {1, 1}, new int[] {0, 1});
        Load load = measurements.load(new NodeSample[] {
            sample(1, new long[1], new int[0], new long[0], new long[0], new int[0]),
            sample(1, new long[1], new int[] {1}, new long[] {10}, new long[] {-1}, new int[] {0})}, rank -> false);
        assertThat(load.places()).containsExactly(0, 1);
        assertThat(load.movable()).containsExactly(false, true);
    }

    @Test
    void samplesArriveAsTheyWereSent() throws IOException {
        NodeSample sample = sample(0.25, new long[] {1, 2}, new int[] {3, 4}, new long[] {5, 6}, new long[] {-1, 7}, new int[] {0, 1}, 3, 4, 5, 6);
        try (var in = new DataInputStream(new ByteArrayInputStream(sample.body(9)))) {
            assertThat(in.readInt()).isEqualTo(9);
            assertThat(NodeSample.read(in)).usingRecursiveComparison().isEqualTo(sample);
            assertThat(in.read()).isEqualTo(-1);
        }
    }
}
