package flotilla.mpi.comm;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * MPI_Comm_split and MPI_Comm_split_type (MPI-3.1 section 6.4.2): members with the same color get a communicator, ordered
 * by key and, where keys are equal, by rank. On an intercommunicator a color makes one when both sides have it.
 */
public final class CommSplit extends CommMeeting {
    private int[] colors;
    private int[] keys;
    private Map<Integer, NewComm> byColor;

    private CommSplit(Rank rank, String call, Comm comm) {
        super(rank, call, comm, comm.totalSize());
        if (!rank.world.isDistributed()) {
            makeRoom();
        }
    }

    private void makeRoom() {
        colors = new int[members()];
        keys = new int[members()];
    }

    /**
     * @param call name of the MPI function
     * @param color MPI_UNDEFINED for a member that gets MPI_COMM_NULL
     * @param result address of the new communicator's handle
     */
    public static int call(Rank rank, String call, Comm comm, int color, int key, long result) {
        if (rank.world.isDistributed()) {
            comm.countCollective();
            return new CommSplit(rank, call, comm).tell(rank, Said.ints(color, key), result);
        }
        CommSplit meeting = comm.nextMeeting(CommSplit.class, () -> new CommSplit(rank, call, comm));
        int position = comm.position();
        meeting.colors[position] = color;
        meeting.keys[position] = key;
        return meeting.attend(rank, position, comm, result);
    }

    @Override
    protected void hear(byte[][] said) {
        makeRoom();
        for (int i = 0; i < said.length; i++) {
            int[] own = Said.ints(said[i]);
            colors[i] = own[0];
            keys[i] = own[1];
        }
    }

    @Override
    protected int conclude(Rank last) {
        Comm comm = comm();
        World world = last.world;
        byColor = new HashMap<>();
        int boundary = side(0).size();
        Map<Integer, Group> side0 = partition(0, boundary);
        if (!comm.isInter()) {
            side0.forEach((color, group) -> byColor.put(color, NewComm.intra(world, comm, color, group)));
            return 0;
        }
        Map<Integer, Group> side1 = partition(boundary, members());
        side0.forEach((color, group) -> {
            Group other = side1.get(color);
            if (other != null) {
                byColor.put(color, NewComm.inter(world, comm, color, group, other));
            }
        });
        return 0;
    }

    /** The new groups of the members at positions {@code from} to {@code to} - 1, by color. */
    private Map<Integer, Group> partition(int from, int to) {
        var order = new long[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            if (colors[i] != StandardAbi.UNDEFINED) {
                order[count++] = (long) keys[i] << 32 | i;
            }
        }
        Arrays.sort(order, 0, count);
        var sizes = new HashMap<Integer, Integer>();
        for (int i = 0; i < count; i++) {
            sizes.merge(colors[(int) order[i]], 1, Integer::sum);
        }
        var ranks = new HashMap<Integer, int[]>();
        var filled = new HashMap<Integer, int[]>();
        for (int i = 0; i < count; i++) {
            int position = (int) order[i];
            Integer color = colors[position];
            int[] members = ranks.computeIfAbsent(color, c -> new int[sizes.get(c)]);
            members[filled.computeIfAbsent(color, c -> new int[1])[0]++] = worldRank(position);
        }
        var groups = new HashMap<Integer, Group>();
        ranks.forEach((color, members) -> groups.put(color, Group.of(members)));
        return groups;
    }

    @Override
    protected NewComm made(Rank rank, int position) {
        return colors[position] == StandardAbi.UNDEFINED ? null : byColor.get(colors[position]);
    }
}
