package flotilla.mpi.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.mpi.RankHarness;
import flotilla.mpi.StandInNodes;
import flotilla.mpi.calls.CommunicatorCalls;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import java.util.stream.IntStream;
import net.jqwik.api.Example;

/** As {@link CommunicatorTest}, for members that tell each other by messages what they bring. */
class CommunicatorByMessagesTest extends CommunicatorTest {
    @Override
    int nodes() {
        return 2;
    }

    /** A duplicate needs no message, so a rank that makes one goes on. */
    @Override
    @Example
    void differentCollectivesAreNoticed() {
        try (var job = RankHarness.ordered(2, 1, nodes())) {
            assertThatThrownBy(() -> job.run(guest -> {
                long result = guest.allocate(8);
                if (guest.index() == 0) {
                    guest.call(() -> CommunicatorCalls.commDup(guest.rank, guest.world(), result));
                } else {
                    guest.call(() -> CommunicatorCalls.commSplit(guest.rank, guest.world(), 0, 0, result));
                }
            })).hasMessageContaining("deadlock")
                    .hasMessageContaining("MPI_Comm_split on MPI_COMM_WORLD (waiting for data from rank 0)");
        }
    }

    @Example
    void typeSharedIsTheHostWhereRanksStarted() {
        var comms = new Comm[12];
        try (var job = RankHarness.ordered(12, 3, 6)) {
            job.run(guest -> comms[guest.index()] = made(guest, result -> CommunicatorCalls.commSplitType(guest.rank,
                    guest.world(), StandardAbi.COMM_TYPE_SHARED, 0, null, result)));
        }
        assertThat(members(comms[0].group)).containsExactly(0, 1, 2, 3);
        assertThat(members(comms[11].group)).containsExactly(8, 9, 10, 11);
    }

    /** What a node's members are told they have once. */
    @Example
    void groupsOfANodeAreOneObject() {
        int size = 24;
        var comms = new Comm[size];
        try (var job = RankHarness.on(StandInNodes.scattered(size, 3, 5), 8L)) {
            job.run(guest -> comms[guest.index()] = made(guest,
                    result -> CommunicatorCalls.commSplit(guest.rank, guest.world(), guest.index() % 2, -guest.index(), result)));
        }
        for (int i = 2; i < size; i++) {
            assertThat(comms[i].group).isSameAs(comms[i - 2].group);
            assertThat(comms[i].context).isEqualTo(comms[i - 2].context);
        }
    }

    /** Calls with the same communicator, group and tag make different communicators. */
    @Example
    void groupsAreCountedPerTag() {
        int size = 4;
        var contexts = new long[size][3];
        try (var job = RankHarness.ordered(size, 4, 2)) {
            job.run(guest -> {
                int[] order = guest.index() == 1 ? new int[] {0, 2, 1} : new int[] {0, 1, 2};
                for (int call : order) {
                    int tag = call == 2 ? 7 : 3;
                    // The calls with tag 3 keep their order, that with tag 7 may come anywhere between them.
                    int slot = tag == 7 ? 2 : contexts[guest.index()][0] == 0 ? 0 : 1;
                    Group group = Group.of(IntStream.range(0, size).map(r -> size - 1 - r).toArray());
                    contexts[guest.index()][slot] = made(guest, result -> CommunicatorCalls.commCreateGroup(guest.rank,
                            guest.world(), group, tag, result)).context;
                }
            });
        }
        for (int i = 1; i < size; i++) {
            assertThat(contexts[i]).isEqualTo(contexts[0]);
        }
        assertThat(contexts[0]).doesNotHaveDuplicates();
    }
}
