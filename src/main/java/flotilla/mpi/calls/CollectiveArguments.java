package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.collective.Contribution;
import flotilla.mpi.collective.Parts;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Op;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.reduce.Kernels;
import flotilla.mpi.topology.Topology;

/**
 * Checks the arguments of collective calls and puts those that count for the caller into its {@link Contribution}. Which
 * arguments are ignored where follows MPI-3.1 chapter 5; of a call in place, the arguments of the send buffer are.
 */
final class CollectiveArguments {
    /** Position of the datatype among the arguments of all reductions. */
    private static final int REDUCTION_TYPE = 3;

    static Contribution bcast(Contribution c, long buffer, int count, Datatype datatype, int root) {
        if (!takesPart(c, root)) {
            return c;
        }
        single(isRoot(c) ? c.send : c.receive, buffer, count, datatype, "buffer", "count", "datatype");
        if (!isRoot(c)) {
            Arguments.checkResult(buffer, count, datatype, "buffer");
        }
        return c;
    }

    static Contribution gather(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root) {
        if (takesPart(c, root)) {
            gatherSend(c, sendbuf, sendcount, sendtype, recvbuf);
            if (isRoot(c)) {
                equal(c.receive, recvbuf, recvcount, recvtype, "recvbuf", "recvcount", "recvtype");
            }
        }
        return c;
    }

    static Contribution gatherv(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype, int root) {
        if (takesPart(c, root)) {
            gatherSend(c, sendbuf, sendcount, sendtype, recvbuf);
            if (isRoot(c)) {
                variable(c, c.receive, recvbuf, recvcounts, displs, recvtype, c.comm.peers().size(), RECEIVE);
            }
        }
        return c;
    }

    private static void gatherSend(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf) {
        if (isRoot(c)) {
            if (c.comm.isInter()) {
                return;
            }
            if (sendbuf == Face.IN_PLACE) {
                c.inPlace = true;
                return;
            }
            refuseAlias(sendbuf, recvbuf, sendcount);
        }
        single(c.send, sendbuf, sendcount, sendtype, "sendbuf", "sendcount", "sendtype");
    }

    static Contribution scatter(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root) {
        if (takesPart(c, root)) {
            scatterReceive(c, sendbuf, recvbuf, recvcount, recvtype);
            if (isRoot(c)) {
                equal(c.send, sendbuf, sendcount, sendtype, "sendbuf", "sendcount", "sendtype");
            }
        }
        return c;
    }

    static Contribution scatterv(Contribution c, long sendbuf, long sendcounts, long displs, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype, int root) {
        if (takesPart(c, root)) {
            scatterReceive(c, sendbuf, recvbuf, recvcount, recvtype);
            if (isRoot(c)) {
                variable(c, c.send, sendbuf, sendcounts, displs, sendtype, c.comm.peers().size(), SEND);
            }
        }
        return c;
    }

    private static void scatterReceive(Contribution c, long sendbuf, long recvbuf, int recvcount, Datatype recvtype) {
        if (isRoot(c)) {
            if (c.comm.isInter()) {
                return;
            }
            if (recvbuf == Face.IN_PLACE) {
                c.inPlace = true;
                return;
            }
            refuseAlias(sendbuf, recvbuf, recvcount);
        }
        single(c.receive, recvbuf, recvcount, recvtype, "recvbuf", "recvcount", "recvtype");
    }

    static Contribution allgather(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype) {
        equal(c.receive, recvbuf, recvcount, recvtype, "recvbuf", "recvcount", "recvtype");
        if (isInPlace(c, sendbuf)) {
            c.send.setEqual(recvbuf, recvcount, recvtype);
        } else {
            refuseAlias(sendbuf, recvbuf, sendcount);
            single(c.send, sendbuf, sendcount, sendtype, "sendbuf", "sendcount", "sendtype");
        }
        return c;
    }

    static Contribution allgatherv(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype) {
        variable(c, c.receive, recvbuf, recvcounts, displs, recvtype, c.comm.peers().size(), RECEIVE);
        if (isInPlace(c, sendbuf)) {
            c.send.setVariable(recvbuf, recvcounts, displs, recvtype);
            keep(c, c.send, c.comm.size());
        } else {
            refuseAlias(sendbuf, recvbuf, sendcount);
            single(c.send, sendbuf, sendcount, sendtype, "sendbuf", "sendcount", "sendtype");
        }
        return c;
    }

    static Contribution alltoall(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype) {
        equal(c.receive, recvbuf, recvcount, recvtype, "recvbuf", "recvcount", "recvtype");
        if (!isInPlace(c, sendbuf)) {
            refuseAlias(sendbuf, recvbuf, sendcount);
            equal(c.send, sendbuf, sendcount, sendtype, "sendbuf", "sendcount", "sendtype");
        }
        return c;
    }

    static Contribution alltoallv(Contribution c, long sendbuf, long sendcounts, long sdispls, Datatype sendtype, long recvbuf,
            long recvcounts, long rdispls, Datatype recvtype) {
        int peers = c.comm.peers().size();
        variable(c, c.receive, recvbuf, recvcounts, rdispls, recvtype, peers, RECEIVE);
        if (!isInPlace(c, sendbuf)) {
            variable(c, c.send, sendbuf, sendcounts, sdispls, sendtype, peers, SEND);
        }
        return c;
    }

    static Contribution alltoallw(Contribution c, long sendbuf, long sendcounts, long sdispls, long sendtypes, long recvbuf,
            long recvcounts, long rdispls, long recvtypes) {
        int peers = c.comm.peers().size();
        typed(c, c.receive, recvbuf, recvcounts, rdispls, false, recvtypes, peers, RECEIVE);
        if (!isInPlace(c, sendbuf)) {
            typed(c, c.send, sendbuf, sendcounts, sdispls, false, sendtypes, peers, SEND);
        }
        return c;
    }

    // Reductions.

    static Contribution reduce(Contribution c, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, int root) {
        if (!takesPart(c, root)) {
            return c;
        }
        operation(c, count, datatype, op);
        boolean receives = isRoot(c);
        boolean sends = !receives || !c.comm.isInter();
        if (receives) {
            Arguments.checkBuffer(recvbuf, count, datatype, "recvbuf");
        }
        if (receives && sends && sendbuf == Face.IN_PLACE) {
            vectors(c, recvbuf, recvbuf);
        } else {
            if (sends) {
                Arguments.checkBuffer(sendbuf, count, datatype, "sendbuf");
                if (receives) {
                    refuseAlias(sendbuf, recvbuf, count);
                }
            }
            vectors(c, sendbuf, recvbuf);
        }
        return c;
    }

    static Contribution allreduce(Contribution c, long sendbuf, long recvbuf, int count, Datatype datatype, Op op) {
        operation(c, count, datatype, op);
        Arguments.checkBuffer(recvbuf, count, datatype, "recvbuf");
        inputAndResult(c, sendbuf, recvbuf, count, datatype);
        return c;
    }

    static Contribution reduceScatter(Contribution c, long sendbuf, long recvbuf, long recvcounts, Datatype datatype, Op op) {
        int members = c.comm.size();
        Arguments.checkArray(recvcounts, members, "recvcounts");
        long total = 0;
        for (int i = 0; i < members; i++) {
            int count = Memory.getInt(recvcounts + 4L * i);
            checkElement(count, "recvcounts", i);
            if (i == c.comm.rank) {
                c.segmentOffset = total;
                c.segmentLength = count;
            }
            total += count;
        }
        c.setSegments(recvcounts);
        return scattered(c, sendbuf, recvbuf, total, datatype, op);
    }

    static Contribution reduceScatterBlock(Contribution c, long sendbuf, long recvbuf, int recvcount, Datatype datatype, Op op) {
        Arguments.checkCount(recvcount, "recvcount");
        c.segmentOffset = (long) recvcount * c.comm.rank;
        c.segmentLength = recvcount;
        c.setSegments(0);
        return scattered(c, sendbuf, recvbuf, (long) recvcount * c.comm.size(), datatype, op);
    }

    private static Contribution scattered(Contribution c, long sendbuf, long recvbuf, long total, Datatype datatype, Op op) {
        if (!op.isPredefined() && total > Integer.MAX_VALUE) {
            throw new MpiException(ErrorClass.COUNT, "the counts add up to " + total + ", more than the length of a user-defined operation");
        }
        operation(c, total, datatype, op);
        Arguments.checkBuffer(recvbuf, c.segmentLength, datatype, "recvbuf");
        inputAndResult(c, sendbuf, recvbuf, total, datatype);
        return c;
    }

    static Contribution scan(Contribution c, long sendbuf, long recvbuf, int count, Datatype datatype, Op op) {
        if (c.comm.isInter()) {
            throw new MpiException(ErrorClass.COMM, "comm is an intercommunicator; scans are for intracommunicators");
        }
        return allreduce(c, sendbuf, recvbuf, count, datatype, op);
    }

    private static void operation(Contribution c, long count, Datatype datatype, Op op) {
        Arguments.checkCount(count, "count");
        Arguments.checkCommitted(datatype, "datatype");
        c.count = count;
        c.type = datatype;
        c.op = op;
        c.kernel = op.isPredefined() ? Kernels.forReduction(op.predefined, datatype) : null;
        c.rawType = c.rank.argument(REDUCTION_TYPE);
    }

    private static void inputAndResult(Contribution c, long sendbuf, long recvbuf, long count, Datatype datatype) {
        if (isInPlace(c, sendbuf)) {
            vectors(c, recvbuf, recvbuf);
        } else {
            Arguments.checkBuffer(sendbuf, count, datatype, "sendbuf");
            refuseAlias(sendbuf, recvbuf, count);
            vectors(c, sendbuf, recvbuf);
        }
    }

    private static void vectors(Contribution c, long sendbuf, long recvbuf) {
        c.send.setSingle(sendbuf, c.count, c.type);
        c.receive.setSingle(recvbuf, c.count, c.type);
    }

    // Neighbourhoods.

    static Contribution neighborAllgather(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype) {
        Topology topology = topology(c.comm);
        singleIf(topology.destinations().length > 0, c.send, sendbuf, sendcount, sendtype);
        equalIf(topology.sources().length > 0, c.receive, recvbuf, recvcount, recvtype, "recvbuf", "recvcount", "recvtype");
        return c;
    }

    static Contribution neighborAllgatherv(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            long recvcounts, long displs, Datatype recvtype) {
        Topology topology = topology(c.comm);
        singleIf(topology.destinations().length > 0, c.send, sendbuf, sendcount, sendtype);
        variable(c, c.receive, recvbuf, recvcounts, displs, recvtype, topology.sources().length, RECEIVE);
        return c;
    }

    static Contribution neighborAlltoall(Contribution c, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype) {
        Topology topology = topology(c.comm);
        equalIf(topology.destinations().length > 0, c.send, sendbuf, sendcount, sendtype, "sendbuf", "sendcount", "sendtype");
        equalIf(topology.sources().length > 0, c.receive, recvbuf, recvcount, recvtype, "recvbuf", "recvcount", "recvtype");
        return c;
    }

    static Contribution neighborAlltoallv(Contribution c, long sendbuf, long sendcounts, long sdispls, Datatype sendtype,
            long recvbuf, long recvcounts, long rdispls, Datatype recvtype) {
        Topology topology = topology(c.comm);
        variable(c, c.send, sendbuf, sendcounts, sdispls, sendtype, topology.destinations().length, SEND);
        variable(c, c.receive, recvbuf, recvcounts, rdispls, recvtype, topology.sources().length, RECEIVE);
        return c;
    }

    static Contribution neighborAlltoallw(Contribution c, long sendbuf, long sendcounts, long sdispls, long sendtypes,
            long recvbuf, long recvcounts, long rdispls, long recvtypes) {
        Topology topology = topology(c.comm);
        typed(c, c.send, sendbuf, sendcounts, sdispls, true, sendtypes, topology.destinations().length, SEND);
        typed(c, c.receive, recvbuf, recvcounts, rdispls, true, recvtypes, topology.sources().length, RECEIVE);
        return c;
    }

    private static Topology topology(Comm comm) {
        if (comm.topology instanceof Topology topology) {
            return topology;
        }
        throw new MpiException(ErrorClass.TOPOLOGY, comm.describe() + " has no topology; neighborhood collectives need one");
    }

    // Roots.

    /** Checks and keeps the root; answers whether the caller takes part in the transfer. */
    private static boolean takesPart(Contribution c, int root) {
        Arguments.checkRoot(c.comm, root);
        c.root = root;
        return root != StandardAbi.PROC_NULL;
    }

    private static boolean isRoot(Contribution c) {
        return c.comm.isInter() ? c.root == StandardAbi.ROOT : c.root == c.comm.rank;
    }

    /** On an intercommunicator MPI_IN_PLACE stays what it is, and is refused as an address. */
    private static boolean isInPlace(Contribution c, long sendbuf) {
        c.inPlace = sendbuf == Face.IN_PLACE && !c.comm.isInter();
        return c.inPlace;
    }

    // Buffers.

    /** Names of one side's arguments, for messages. */
    private record Names(String buffer, String counts, String displacements, String type, String types) {}

    private static final Names SEND = new Names("sendbuf", "sendcounts", "sdispls", "sendtype", "sendtypes");
    private static final Names RECEIVE = new Names("recvbuf", "recvcounts", "rdispls", "recvtype", "recvtypes");

    private static void single(Parts parts, long buffer, int count, Datatype type, String bufferName, String countName, String typeName) {
        checkMessage(buffer, count, type, bufferName, countName, typeName);
        parts.setSingle(buffer, count, type);
    }

    private static void singleIf(boolean used, Parts parts, long buffer, int count, Datatype type) {
        if (used) {
            single(parts, buffer, count, type, "sendbuf", "sendcount", "sendtype");
        } else {
            parts.setNone();
        }
    }

    private static void equal(Parts parts, long buffer, int count, Datatype type, String bufferName, String countName, String typeName) {
        checkMessage(buffer, count, type, bufferName, countName, typeName);
        parts.setEqual(buffer, count, type);
    }

    private static void equalIf(boolean used, Parts parts, long buffer, int count, Datatype type, String bufferName,
            String countName, String typeName) {
        if (used) {
            equal(parts, buffer, count, type, bufferName, countName, typeName);
        } else {
            parts.setNone();
        }
    }

    private static void checkMessage(long buffer, int count, Datatype type, String bufferName, String countName, String typeName) {
        Arguments.checkCount(count, countName);
        checkType(type, typeName);
        Arguments.checkBuffer(buffer, count, type, bufferName);
    }

    private static void checkType(Datatype type, String name) {
        if (type == null) {
            throw new MpiException(ErrorClass.TYPE, name + " is not a datatype");
        }
        Arguments.checkCommitted(type, name);
    }

    private static void checkElement(long count, String name, int index) {
        if (count < 0) {
            throw new MpiException(ErrorClass.COUNT, name + "[" + index + "] = " + count + " is negative");
        }
    }

    private static void variable(Contribution c, Parts parts, long buffer, long counts, long displacements, Datatype type,
            int peers, Names names) {
        Arguments.checkArray(counts, peers, names.counts());
        Arguments.checkArray(displacements, peers, names.displacements());
        checkType(type, names.type());
        parts.setVariable(buffer, counts, displacements, type);
        checkParts(parts, buffer, peers, names);
        keep(c, parts, peers);
    }

    private static void typed(Contribution c, Parts parts, long buffer, long counts, long displacements, boolean wide, long types,
            int peers, Names names) {
        Arguments.checkArray(counts, peers, names.counts());
        Arguments.checkArray(displacements, peers, names.displacements());
        Arguments.checkArray(types, peers, names.types());
        Rank rank = c.rank;
        var each = new Datatype[peers];
        for (int i = 0; i < peers; i++) {
            each[i] = rank.datatype(rank.face.rawAt(HandleKind.DATATYPE, types, i));
            Arguments.checkCommitted(each[i], names.types() + "[" + i + "]");
        }
        parts.setTyped(buffer, counts, displacements, wide, each);
        checkParts(parts, buffer, peers, names);
        keep(c, parts, peers);
    }

    private static void checkParts(Parts parts, long buffer, int peers, Names names) {
        for (int i = 0; i < peers; i++) {
            long count = parts.count(i);
            checkElement(count, names.counts(), i);
            if (count > 0) {
                Arguments.checkBuffer(buffer == Face.IN_PLACE ? buffer : parts.address(i), count, parts.type(i), names.buffer());
            }
        }
    }

    private static void keep(Contribution c, Parts parts, int peers) {
        if (!c.blocking) {
            parts.keep(c.rank, peers);
        }
    }

    private static void refuseAlias(long sendbuf, long recvbuf, long count) {
        if (sendbuf == recvbuf && sendbuf != 0 && count > 0) {
            throw new MpiException(ErrorClass.BUFFER, "sendbuf and recvbuf are the same; pass MPI_IN_PLACE instead of the sendbuf");
        }
    }

    private CollectiveArguments() {}
}
