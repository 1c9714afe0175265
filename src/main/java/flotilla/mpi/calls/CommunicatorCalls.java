package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.comm.Agreement;
import flotilla.mpi.comm.AttributeCallbacks;
import flotilla.mpi.comm.AttributeCallbacks.Owner;
import flotilla.mpi.comm.CommOfGroup;
import flotilla.mpi.comm.CommSplit;
import flotilla.mpi.comm.Gathering;
import flotilla.mpi.comm.IdupRequest;
import flotilla.mpi.comm.IntercommCreate;
import flotilla.mpi.comm.IntercommMerge;
import flotilla.mpi.comm.IntercommSubset;
import flotilla.mpi.comm.NewComm;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.group.GroupAlgebra;

/** MPI-3.1 sections 6.4, 6.6 and 6.8. A parameter that is a {@code long} is an address of guest memory. */
public final class CommunicatorCalls {
    // Asking.

    public static int commSize(Rank rank, Comm comm, long size) {
        Arguments.checkPointer(size, "size");
        Memory.putInt(size, comm.size());
        return 0;
    }

    public static int commRank(Rank rank, Comm comm, long result) {
        Arguments.checkPointer(result, "rank");
        Memory.putInt(result, comm.rank);
        return 0;
    }

    public static int commCompare(Rank rank, Comm comm1, Comm comm2, long result) {
        Arguments.checkPointer(result, "result");
        Memory.putInt(result, rank.face.rawComparison(compare(comm1, comm2)));
        return 0;
    }

    private static int compare(Comm a, Comm b) {
        if (a == b) {
            return StandardAbi.IDENT;
        }
        if (a.isInter() != b.isInter()) {
            return StandardAbi.UNEQUAL;
        }
        var local = GroupAlgebra.compare(a.group, b.group);
        var remote = a.isInter() ? GroupAlgebra.compare(a.remoteGroup, b.remoteGroup) : GroupAlgebra.Relation.IDENTICAL;
        // The relations are declared from equal to unequal: the worse of the two counts.
        return switch (local.compareTo(remote) > 0 ? local : remote) {
            case IDENTICAL -> StandardAbi.CONGRUENT;
            case SIMILAR -> StandardAbi.SIMILAR;
            case UNEQUAL -> StandardAbi.UNEQUAL;
        };
    }

    public static int commTestInter(Rank rank, Comm comm, long flag) {
        Arguments.checkPointer(flag, "flag");
        Memory.putInt(flag, comm.isInter() ? 1 : 0);
        return 0;
    }

    public static int commRemoteSize(Rank rank, Comm comm, long size) {
        Arguments.checkPointer(size, "size");
        checkInter(comm);
        Memory.putInt(size, comm.remoteGroup.size());
        return 0;
    }

    public static int commGroup(Rank rank, Comm comm, long group) {
        return GroupCalls.put(rank, group, comm.group);
    }

    public static int commRemoteGroup(Rank rank, Comm comm, long group) {
        checkInter(comm);
        return GroupCalls.put(rank, group, comm.remoteGroup);
    }

    /** No rank has been spawned. */
    public static int commGetParent(Rank rank, long parent) {
        return put(rank, parent, null);
    }

    // Making.

    public static int commDup(Rank rank, Comm comm, long newcomm) {
        return duplicate(rank, "MPI_Comm_dup", comm, comm.info, newcomm, (r, unused) -> 0);
    }

    public static int commDupWithInfo(Rank rank, Comm comm, Info info, long newcomm) {
        return duplicate(rank, "MPI_Comm_dup_with_info", comm, info, newcomm, (r, unused) -> 0);
    }

    public static int commIdup(Rank rank, Comm comm, long newcomm, long request) {
        return duplicate(rank, "MPI_Comm_idup", comm, comm.info, newcomm, (r, unused) -> putRequest(r, comm, request));
    }

    public static int commIdupWithInfo(Rank rank, Comm comm, Info info, long newcomm, long request) {
        return duplicate(rank, "MPI_Comm_idup_with_info", comm, info, newcomm, (r, unused) -> putRequest(r, comm, request));
    }

    private static int putRequest(Rank rank, Comm comm, long address) {
        var request = new IdupRequest(comm);
        rank.publish(request, address);
        return 0;
    }

    private static int duplicate(Rank rank, String call, Comm comm, Info info, long newcomm, GuestReturn then) {
        Arguments.checkPointer(newcomm, "newcomm");
        NewComm made = Agreement.next(rank, comm, call).agree(() -> NewComm.like(rank.world, comm));
        Comm fresh = made.create(rank, comm);
        fresh.topology = comm.topology;
        fresh.info = info == null ? null : new Info(info);
        return AttributeCallbacks.copyAll(rank, owner(comm), comm.attributes, fresh.attributes, (r, unused) -> {
            fresh.handle = r.comms.add(fresh);
            put(r, newcomm, fresh);
            return then.returned(r, 0);
        });
    }

    public static int commCreate(Rank rank, Comm comm, Group group, long newcomm) {
        Arguments.checkPointer(newcomm, "newcomm");
        if (comm.isInter()) {
            NewComm.checkSubset(comm.group, group);
            return IntercommSubset.call(rank, comm, group, newcomm);
        }
        NewComm made = Agreement.next(rank, comm, "MPI_Comm_create").agree(group, () -> {
            NewComm.checkSubset(comm.group, group);
            return NewComm.intra(rank.world, comm, group.size() == 0 ? -1 : group.worldRank(0), group);
        });
        return put(rank, newcomm, made.contains(rank) ? made.join(rank, comm) : null);
    }

    public static int commCreateGroup(Rank rank, Comm comm, Group group, int tag, long newcomm) {
        Arguments.checkPointer(newcomm, "newcomm");
        checkIntra(comm, "comm");
        Arguments.checkTag(tag);
        if (group.rankOf(rank.worldRank) < 0) {
            return put(rank, newcomm, null);
        }
        return CommOfGroup.call(rank, comm, group, tag, newcomm);
    }

    /** Negative colors, which the standard forbids (MPI-3.1 section 6.4.2), are colors like others, as in MPICH. */
    public static int commSplit(Rank rank, Comm comm, int color, int key, long newcomm) {
        Arguments.checkPointer(newcomm, "newcomm");
        return CommSplit.call(rank, "MPI_Comm_split", comm, color, key, newcomm);
    }

    /**
     * All ranks of a node share its memory. In a job of several nodes ranks move, and the answer must hold for good: it is who
     * started on the same host. Of narrower hardware domains (MPI-4.0 section 7.4.2) none is known.
     */
    public static int commSplitType(Rank rank, Comm comm, int splitType, int key, Info info, long newcomm) {
        Arguments.checkPointer(newcomm, "newcomm");
        checkIntra(comm, "comm");
        int color = switch (splitType) {
            case StandardAbi.COMM_TYPE_SHARED -> rank.world.firstHost(rank.worldRank);
            case StandardAbi.UNDEFINED, StandardAbi.COMM_TYPE_HW_GUIDED, StandardAbi.COMM_TYPE_HW_UNGUIDED,
                    StandardAbi.COMM_TYPE_RESOURCE_GUIDED -> StandardAbi.UNDEFINED;
            default -> throw new MpiException(ErrorClass.ARG, "split_type = " + splitType + " is not a split type; use MPI_COMM_TYPE_SHARED");
        };
        return CommSplit.call(rank, "MPI_Comm_split_type", comm, color, key, newcomm);
    }

    /** @param peerComm null where MPI_COMM_NULL was given: it counts at the local leader only */
    public static int intercommCreate(Rank rank, Comm localComm, int localLeader, Comm peerComm, int remoteLeader, int tag, long newintercomm) {
        Arguments.checkPointer(newintercomm, "newintercomm");
        checkIntra(localComm, "local_comm");
        if (localLeader < 0 || localLeader >= localComm.size()) {
            throw new MpiException(ErrorClass.RANK, "local_leader = " + localLeader + " is not a rank of local_comm: it has ranks 0 to "
                    + (localComm.size() - 1));
        }
        if (localComm.rank == localLeader) {
            if (peerComm == null) {
                throw new MpiException(ErrorClass.COMM, "peer_comm is the null handle at the local leader");
            }
            if (remoteLeader < 0 || remoteLeader >= peerComm.peers().size()) {
                throw new MpiException(ErrorClass.RANK, "remote_leader = " + remoteLeader + " is not a rank of peer_comm: it has ranks 0 to "
                        + (peerComm.peers().size() - 1));
            }
            if (peerComm.peers().worldRank(remoteLeader) == rank.worldRank) {
                throw new MpiException(ErrorClass.RANK, "remote_leader = " + remoteLeader + " is the local leader itself");
            }
            Arguments.checkTag(tag);
        }
        return IntercommCreate.call(rank, localComm, localLeader, peerComm, remoteLeader, tag, newintercomm);
    }

    public static int intercommMerge(Rank rank, Comm intercomm, int high, long newintracomm) {
        Arguments.checkPointer(newintracomm, "newintracomm");
        checkInter(intercomm);
        return IntercommMerge.call(rank, intercomm, high != 0, newintracomm);
    }

    // Freeing.

    /** Operations in progress keep the object, and with it the context; contexts are never used again. */
    public static int commFree(Rank rank, long address) {
        Comm comm = freeable(rank, address, "MPI_Comm_free");
        return AttributeCallbacks.deleteAll(rank, owner(comm), comm.attributes, (r, unused) -> forget(r, comm, address));
    }

    /** As free, after all members have come: then nothing that they sent is on its way. */
    public static int commDisconnect(Rank rank, long address) {
        Comm comm = freeable(rank, address, "MPI_Comm_disconnect");
        return AttributeCallbacks.deleteAll(rank, owner(comm), comm.attributes,
                (r, unused) -> Gathering.call(r, "MPI_Comm_disconnect", comm, (gathered, none) -> forget(gathered, comm, address)));
    }

    private static Comm freeable(Rank rank, long address, String call) {
        Arguments.checkPointer(address, "comm");
        Comm comm = rank.comm(rank.face.rawAt(HandleKind.COMM, address));
        if (comm.handle < HandleTable.FIRST) {
            throw new MpiException(ErrorClass.COMM, comm.name + " is predefined: it cannot be given to " + call);
        }
        return comm;
    }

    private static int forget(Rank rank, Comm comm, long address) {
        comm.freed = true;
        rank.comms.remove(comm.handle);
        return put(rank, address, null);
    }

    // Names and hints.

    public static int commSetName(Rank rank, Comm comm, String commName) {
        comm.name = GuestStrings.cut(commName, rank.face.maxObjectName());
        return 0;
    }

    public static int commGetName(Rank rank, Comm comm, long commName, long resultlen) {
        return GuestStrings.put(comm.name, commName, rank.face.maxObjectName(), resultlen, "comm_name");
    }

    /** Hints are kept and have no effect. */
    public static int commSetInfo(Rank rank, Comm comm, Info info) {
        if (info == null) {
            throw new MpiException(ErrorClass.INFO, "info is MPI_INFO_NULL");
        }
        if (comm.info == null) {
            comm.info = new Info();
        }
        comm.info.entries.putAll(info.entries);
        return 0;
    }

    public static int commGetInfo(Rank rank, Comm comm, long infoUsed) {
        return InfoCalls.put(rank, infoUsed, comm.info == null ? new Info() : new Info(comm.info));
    }

    // Shared.

    static Owner owner(Comm comm) {
        return new Owner(HandleKind.COMM, comm.handle);
    }

    /** Stores the handle of {@code comm}, or MPI_COMM_NULL for null. */
    static int put(Rank rank, long address, Comm comm) {
        Arguments.checkPointer(address, "comm");
        rank.face.putHandle(HandleKind.COMM, address, comm == null ? StandardAbi.COMM_NULL : comm.handle);
        return 0;
    }

    static void checkInter(Comm comm) {
        if (!comm.isInter()) {
            throw new MpiException(ErrorClass.COMM, comm.describe() + " is not an intercommunicator");
        }
    }

    static void checkIntra(Comm comm, String name) {
        if (comm.isInter()) {
            throw new MpiException(ErrorClass.COMM, name + " = " + comm.describe() + " is an intercommunicator, which this call does not take");
        }
    }

    private CommunicatorCalls() {}
}
