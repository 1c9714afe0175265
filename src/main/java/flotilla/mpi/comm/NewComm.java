package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;

/**
 * The part of a new communicator that its members share. The groups are one object for all members, so that a group costs
 * its memory once in a node.
 *
 * @param side0 the group, or the first of an intercommunicator
 * @param side1 the second group of an intercommunicator, else null
 */
public record NewComm(Comm.Shared shared, Group side0, Group side1) {
    /**
     * An intracommunicator, made in the last collective call on {@code parent}.
     *
     * @param branch distinguishes it from others made in the same call
     */
    public static NewComm intra(World world, Comm parent, long branch, Group group) {
        return intra(world, world.newContext(parent, branch), group);
    }

    static NewComm intra(World world, long context, Group group) {
        return new NewComm(new Comm.Shared(context), world.share(group), null);
    }

    /** As {@link #intra}, with two groups. */
    public static NewComm inter(World world, Comm parent, long branch, Group side0, Group side1) {
        return inter(world, world.newContext(parent, branch), side0, side1);
    }

    static NewComm inter(World world, long context, Group side0, Group side1) {
        return new NewComm(new Comm.Shared(context), world.share(side0), world.share(side1));
    }

    /** A communicator with the groups of another. */
    public static NewComm like(World world, Comm comm) {
        if (!comm.isInter()) {
            return intra(world, comm, 0, comm.group);
        }
        return comm.side == 0 ? inter(world, comm, 0, comm.group, comm.remoteGroup)
                : inter(world, comm, 0, comm.remoteGroup, comm.group);
    }

    /** @throws MpiException MPI_ERR_GROUP unless all of {@code subset} are in {@code group} */
    public static void checkSubset(Group group, Group subset) {
        if (subset == group) {
            return;
        }
        for (int i = 0; i < subset.size(); i++) {
            if (group.rankOf(subset.worldRank(i)) < 0) {
                throw new MpiException(ErrorClass.GROUP, "rank " + i + " of group is not in the communicator's group");
            }
        }
    }

    /** True for members of the new communicator. */
    public boolean contains(Rank rank) {
        return side0.rankOf(rank.worldRank) >= 0 || side1 != null && side1.rankOf(rank.worldRank) >= 0;
    }

    /**
     * Makes a member's object, with the error handler of {@code parent}, and gives it a handle.
     *
     * @param rank a member
     */
    public Comm join(Rank rank, Comm parent) {
        Comm comm = create(rank, parent);
        comm.handle = rank.comms.add(comm);
        return comm;
    }

    /** As {@link #join}, without a handle. */
    public Comm create(Rank rank, Comm parent) {
        int position = side0.rankOf(rank.worldRank);
        Comm comm;
        if (position >= 0) {
            comm = new Comm(shared, side0, side1, position, 0);
        } else {
            comm = new Comm(shared, side1, side0, side1.rankOf(rank.worldRank), 1);
        }
        comm.errhandler = parent.errhandler;
        return comm;
    }
}
