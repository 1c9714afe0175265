package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;

/** MPI_Comm_create on an intercommunicator (MPI-3.1 section 6.4.2): each side names a part of its group. */
public final class IntercommSubset extends CommMeeting {
    private Group[] groups;
    private NewComm made;

    private IntercommSubset(Rank rank, Comm comm) {
        super(rank, "MPI_Comm_create", comm, comm.totalSize());
        if (!rank.world.isDistributed()) {
            groups = new Group[members()];
        }
    }

    /** @param group of members of the local group; the same for all who are in it */
    public static int call(Rank rank, Comm comm, Group group, long result) {
        if (rank.world.isDistributed()) {
            comm.countCollective();
            // One member speaks for its group.
            boolean speaks = group.rankOf(rank.worldRank) == 0;
            return new IntercommSubset(rank, comm).tell(rank, Said.group(speaks ? group : Group.EMPTY), result);
        }
        IntercommSubset meeting = comm.nextMeeting(IntercommSubset.class, () -> new IntercommSubset(rank, comm));
        int position = comm.position();
        meeting.groups[position] = group;
        return meeting.attend(rank, position, comm, result);
    }

    @Override
    protected void hear(byte[][] said) {
        groups = new Group[members()];
        for (int i = 0; i < said.length; i++) {
            groups[i] = Said.group(said[i]);
        }
    }

    @Override
    protected int conclude(Rank last) {
        int boundary = side(0).size();
        Group side0 = named(0, boundary);
        Group side1 = named(boundary, members());
        if (side0.size() > 0 && side1.size() > 0) {
            made = NewComm.inter(last.world, comm(), 0, side0, side1);
        }
        return 0;
    }

    /** The group that members of one side named for themselves. */
    private Group named(int from, int to) {
        for (int i = from; i < to; i++) {
            if (groups[i].rankOf(worldRank(i)) >= 0) {
                return groups[i];
            }
        }
        return Group.EMPTY;
    }

    @Override
    protected NewComm made(Rank rank, int position) {
        return made != null && made.contains(rank) ? made : null;
    }
}
