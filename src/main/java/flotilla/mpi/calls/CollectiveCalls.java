package flotilla.mpi.calls;

import flotilla.mpi.collective.CollectiveKind;
import flotilla.mpi.collective.Collectives;
import flotilla.mpi.collective.Contribution;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Op;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.reduce.Kernels;

/**
 * Handlers of the collective operations (MPI-3.1 chapter 5, sections 7.6 and 7.7; persistent ones: MPI-4.0 section 6.13).
 * Addresses are guest memory; a datatype that is not significant everywhere may be null.
 */
public final class CollectiveCalls {
    // Blocking.

    public static int allgather(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.ALLGATHER, comm);
        return Collectives.call(CollectiveArguments.allgather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype));
    }

    public static int allgatherv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.ALLGATHER, comm);
        return Collectives.call(CollectiveArguments.allgatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs,
                recvtype));
    }

    public static int allreduce(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.ALLREDUCE, comm);
        return Collectives.call(CollectiveArguments.allreduce(c, sendbuf, recvbuf, count, datatype, op));
    }

    public static int alltoall(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.call(CollectiveArguments.alltoall(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype));
    }

    public static int alltoallv(Rank rank, long sendbuf, long sendcounts, long sdispls, Datatype sendtype, long recvbuf,
            long recvcounts, long rdispls, Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.call(CollectiveArguments.alltoallv(c, sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts,
                rdispls, recvtype));
    }

    public static int alltoallw(Rank rank, long sendbuf, long sendcounts, long sdispls, long sendtypes, long recvbuf,
            long recvcounts, long rdispls, long recvtypes, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.call(CollectiveArguments.alltoallw(c, sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts,
                rdispls, recvtypes));
    }

    public static int barrier(Rank rank, Comm comm) {
        return Collectives.call(Contribution.blocking(rank, CollectiveKind.BARRIER, comm));
    }

    public static int bcast(Rank rank, long buffer, int count, Datatype datatype, int root, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.BCAST, comm);
        return Collectives.call(CollectiveArguments.bcast(c, buffer, count, datatype, root));
    }

    public static int exscan(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.EXSCAN, comm);
        return Collectives.call(CollectiveArguments.scan(c, sendbuf, recvbuf, count, datatype, op));
    }

    public static int gather(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.GATHER, comm);
        return Collectives.call(CollectiveArguments.gather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype,
                root));
    }

    public static int gatherv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype, int root, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.GATHER, comm);
        return Collectives.call(CollectiveArguments.gatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs,
                recvtype, root));
    }

    public static int reduce(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, int root, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.REDUCE, comm);
        return Collectives.call(CollectiveArguments.reduce(c, sendbuf, recvbuf, count, datatype, op, root));
    }

    public static int reduceScatter(Rank rank, long sendbuf, long recvbuf, long recvcounts, Datatype datatype, Op op,
            Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.REDUCE_SCATTER, comm);
        return Collectives.call(CollectiveArguments.reduceScatter(c, sendbuf, recvbuf, recvcounts, datatype, op));
    }

    public static int reduceScatterBlock(Rank rank, long sendbuf, long recvbuf, int recvcount, Datatype datatype, Op op,
            Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.REDUCE_SCATTER, comm);
        return Collectives.call(CollectiveArguments.reduceScatterBlock(c, sendbuf, recvbuf, recvcount, datatype, op));
    }

    public static int scan(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.SCAN, comm);
        return Collectives.call(CollectiveArguments.scan(c, sendbuf, recvbuf, count, datatype, op));
    }

    public static int scatter(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.SCATTER, comm);
        return Collectives.call(CollectiveArguments.scatter(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype,
                root));
    }

    public static int scatterv(Rank rank, long sendbuf, long sendcounts, long displs, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype, int root, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.SCATTER, comm);
        return Collectives.call(CollectiveArguments.scatterv(c, sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount,
                recvtype, root));
    }

    public static int neighborAllgather(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.NEIGHBOR_ALLGATHER, comm);
        return Collectives.call(CollectiveArguments.neighborAllgather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount,
                recvtype));
    }

    public static int neighborAllgatherv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            long recvcounts, long displs, Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.NEIGHBOR_ALLGATHER, comm);
        return Collectives.call(CollectiveArguments.neighborAllgatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts,
                displs, recvtype));
    }

    public static int neighborAlltoall(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.call(CollectiveArguments.neighborAlltoall(c, sendbuf, sendcount, sendtype, recvbuf, recvcount,
                recvtype));
    }

    public static int neighborAlltoallv(Rank rank, long sendbuf, long sendcounts, long sdispls, Datatype sendtype,
            long recvbuf, long recvcounts, long rdispls, Datatype recvtype, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.call(CollectiveArguments.neighborAlltoallv(c, sendbuf, sendcounts, sdispls, sendtype, recvbuf,
                recvcounts, rdispls, recvtype));
    }

    public static int neighborAlltoallw(Rank rank, long sendbuf, long sendcounts, long sdispls, long sendtypes, long recvbuf,
            long recvcounts, long rdispls, long recvtypes, Comm comm) {
        Contribution c = Contribution.blocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.call(CollectiveArguments.neighborAlltoallw(c, sendbuf, sendcounts, sdispls, sendtypes, recvbuf,
                recvcounts, rdispls, recvtypes));
    }

    // Nonblocking.

    public static int iallgather(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLGATHER, comm);
        return Collectives.start(CollectiveArguments.allgather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype),
                request);
    }

    public static int iallgatherv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLGATHER, comm);
        return Collectives.start(CollectiveArguments.allgatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs,
                recvtype), request);
    }

    public static int iallreduce(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm,
            long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLREDUCE, comm);
        return Collectives.start(CollectiveArguments.allreduce(c, sendbuf, recvbuf, count, datatype, op), request);
    }

    public static int ialltoall(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.start(CollectiveArguments.alltoall(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype),
                request);
    }

    public static int ialltoallv(Rank rank, long sendbuf, long sendcounts, long sdispls, Datatype sendtype, long recvbuf,
            long recvcounts, long rdispls, Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.start(CollectiveArguments.alltoallv(c, sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts,
                rdispls, recvtype), request);
    }

    public static int ialltoallw(Rank rank, long sendbuf, long sendcounts, long sdispls, long sendtypes, long recvbuf,
            long recvcounts, long rdispls, long recvtypes, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.start(CollectiveArguments.alltoallw(c, sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts,
                rdispls, recvtypes), request);
    }

    public static int ibarrier(Rank rank, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        return Collectives.start(Contribution.nonblocking(rank, CollectiveKind.BARRIER, comm), request);
    }

    public static int ibcast(Rank rank, long buffer, int count, Datatype datatype, int root, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.BCAST, comm);
        return Collectives.start(CollectiveArguments.bcast(c, buffer, count, datatype, root), request);
    }

    public static int iexscan(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm,
            long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.EXSCAN, comm);
        return Collectives.start(CollectiveArguments.scan(c, sendbuf, recvbuf, count, datatype, op), request);
    }

    public static int igather(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.GATHER, comm);
        return Collectives.start(CollectiveArguments.gather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype,
                root), request);
    }

    public static int igatherv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype, int root, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.GATHER, comm);
        return Collectives.start(CollectiveArguments.gatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs,
                recvtype, root), request);
    }

    public static int ireduce(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, int root, Comm comm,
            long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.REDUCE, comm);
        return Collectives.start(CollectiveArguments.reduce(c, sendbuf, recvbuf, count, datatype, op, root), request);
    }

    public static int ireduceScatter(Rank rank, long sendbuf, long recvbuf, long recvcounts, Datatype datatype, Op op,
            Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.REDUCE_SCATTER, comm);
        return Collectives.start(CollectiveArguments.reduceScatter(c, sendbuf, recvbuf, recvcounts, datatype, op), request);
    }

    public static int ireduceScatterBlock(Rank rank, long sendbuf, long recvbuf, int recvcount, Datatype datatype, Op op,
            Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.REDUCE_SCATTER, comm);
        return Collectives.start(CollectiveArguments.reduceScatterBlock(c, sendbuf, recvbuf, recvcount, datatype, op), request);
    }

    public static int iscan(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm,
            long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.SCAN, comm);
        return Collectives.start(CollectiveArguments.scan(c, sendbuf, recvbuf, count, datatype, op), request);
    }

    public static int iscatter(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.SCATTER, comm);
        return Collectives.start(CollectiveArguments.scatter(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype,
                root), request);
    }

    public static int iscatterv(Rank rank, long sendbuf, long sendcounts, long displs, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype, int root, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.SCATTER, comm);
        return Collectives.start(CollectiveArguments.scatterv(c, sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount,
                recvtype, root), request);
    }

    public static int ineighborAllgather(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLGATHER, comm);
        return Collectives.start(CollectiveArguments.neighborAllgather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount,
                recvtype), request);
    }

    public static int ineighborAllgatherv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            long recvcounts, long displs, Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLGATHER, comm);
        return Collectives.start(CollectiveArguments.neighborAllgatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts,
                displs, recvtype), request);
    }

    public static int ineighborAlltoall(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.start(CollectiveArguments.neighborAlltoall(c, sendbuf, sendcount, sendtype, recvbuf, recvcount,
                recvtype), request);
    }

    public static int ineighborAlltoallv(Rank rank, long sendbuf, long sendcounts, long sdispls, Datatype sendtype,
            long recvbuf, long recvcounts, long rdispls, Datatype recvtype, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.start(CollectiveArguments.neighborAlltoallv(c, sendbuf, sendcounts, sdispls, sendtype, recvbuf,
                recvcounts, rdispls, recvtype), request);
    }

    public static int ineighborAlltoallw(Rank rank, long sendbuf, long sendcounts, long sdispls, long sendtypes, long recvbuf,
            long recvcounts, long rdispls, long recvtypes, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.start(CollectiveArguments.neighborAlltoallw(c, sendbuf, sendcounts, sdispls, sendtypes, recvbuf,
                recvcounts, rdispls, recvtypes), request);
    }

    // Persistent.

    public static int allgatherInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLGATHER, comm);
        return Collectives.init(CollectiveArguments.allgather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype),
                request);
    }

    public static int allgathervInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLGATHER, comm);
        return Collectives.init(CollectiveArguments.allgatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs,
                recvtype), request);
    }

    public static int allreduceInit(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm,
            Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLREDUCE, comm);
        return Collectives.init(CollectiveArguments.allreduce(c, sendbuf, recvbuf, count, datatype, op), request);
    }

    public static int alltoallInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.init(CollectiveArguments.alltoall(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype),
                request);
    }

    public static int alltoallvInit(Rank rank, long sendbuf, long sendcounts, long sdispls, Datatype sendtype, long recvbuf,
            long recvcounts, long rdispls, Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.init(CollectiveArguments.alltoallv(c, sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts,
                rdispls, recvtype), request);
    }

    public static int alltoallwInit(Rank rank, long sendbuf, long sendcounts, long sdispls, long sendtypes, long recvbuf,
            long recvcounts, long rdispls, long recvtypes, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.ALLTOALL, comm);
        return Collectives.init(CollectiveArguments.alltoallw(c, sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts,
                rdispls, recvtypes), request);
    }

    public static int barrierInit(Rank rank, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        return Collectives.init(Contribution.nonblocking(rank, CollectiveKind.BARRIER, comm), request);
    }

    public static int bcastInit(Rank rank, long buffer, int count, Datatype datatype, int root, Comm comm, Info info,
            long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.BCAST, comm);
        return Collectives.init(CollectiveArguments.bcast(c, buffer, count, datatype, root), request);
    }

    public static int exscanInit(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm,
            Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.EXSCAN, comm);
        return Collectives.init(CollectiveArguments.scan(c, sendbuf, recvbuf, count, datatype, op), request);
    }

    public static int gatherInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.GATHER, comm);
        return Collectives.init(CollectiveArguments.gather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype,
                root), request);
    }

    public static int gathervInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, long recvcounts,
            long displs, Datatype recvtype, int root, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.GATHER, comm);
        return Collectives.init(CollectiveArguments.gatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs,
                recvtype, root), request);
    }

    public static int reduceInit(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, int root,
            Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.REDUCE, comm);
        return Collectives.init(CollectiveArguments.reduce(c, sendbuf, recvbuf, count, datatype, op, root), request);
    }

    public static int reduceScatterInit(Rank rank, long sendbuf, long recvbuf, long recvcounts, Datatype datatype, Op op,
            Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.REDUCE_SCATTER, comm);
        return Collectives.init(CollectiveArguments.reduceScatter(c, sendbuf, recvbuf, recvcounts, datatype, op), request);
    }

    public static int reduceScatterBlockInit(Rank rank, long sendbuf, long recvbuf, int recvcount, Datatype datatype, Op op,
            Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.REDUCE_SCATTER, comm);
        return Collectives.init(CollectiveArguments.reduceScatterBlock(c, sendbuf, recvbuf, recvcount, datatype, op), request);
    }

    public static int scanInit(Rank rank, long sendbuf, long recvbuf, int count, Datatype datatype, Op op, Comm comm,
            Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.SCAN, comm);
        return Collectives.init(CollectiveArguments.scan(c, sendbuf, recvbuf, count, datatype, op), request);
    }

    public static int scatterInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf, int recvcount,
            Datatype recvtype, int root, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.SCATTER, comm);
        return Collectives.init(CollectiveArguments.scatter(c, sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype,
                root), request);
    }

    public static int scattervInit(Rank rank, long sendbuf, long sendcounts, long displs, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype, int root, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.SCATTER, comm);
        return Collectives.init(CollectiveArguments.scatterv(c, sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount,
                recvtype, root), request);
    }

    public static int neighborAllgatherInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLGATHER, comm);
        return Collectives.init(CollectiveArguments.neighborAllgather(c, sendbuf, sendcount, sendtype, recvbuf, recvcount,
                recvtype), request);
    }

    public static int neighborAllgathervInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            long recvcounts, long displs, Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLGATHER, comm);
        return Collectives.init(CollectiveArguments.neighborAllgatherv(c, sendbuf, sendcount, sendtype, recvbuf, recvcounts,
                displs, recvtype), request);
    }

    public static int neighborAlltoallInit(Rank rank, long sendbuf, int sendcount, Datatype sendtype, long recvbuf,
            int recvcount, Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.init(CollectiveArguments.neighborAlltoall(c, sendbuf, sendcount, sendtype, recvbuf, recvcount,
                recvtype), request);
    }

    public static int neighborAlltoallvInit(Rank rank, long sendbuf, long sendcounts, long sdispls, Datatype sendtype,
            long recvbuf, long recvcounts, long rdispls, Datatype recvtype, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.init(CollectiveArguments.neighborAlltoallv(c, sendbuf, sendcounts, sdispls, sendtype, recvbuf,
                recvcounts, rdispls, recvtype), request);
    }

    public static int neighborAlltoallwInit(Rank rank, long sendbuf, long sendcounts, long sdispls, long sendtypes,
            long recvbuf, long recvcounts, long rdispls, long recvtypes, Comm comm, Info info, long request) {
        Arguments.checkPointer(request, "request");
        Contribution c = Contribution.nonblocking(rank, CollectiveKind.NEIGHBOR_ALLTOALL, comm);
        return Collectives.init(CollectiveArguments.neighborAlltoallw(c, sendbuf, sendcounts, sdispls, sendtypes, recvbuf,
                recvcounts, rdispls, recvtypes), request);
    }

    // On one rank.

    /** MPI_Reduce_local: {@code inoutbuf = inbuf op inoutbuf}. */
    public static int reduceLocal(Rank rank, long inbuf, long inoutbuf, int count, Datatype datatype, Op op) {
        Arguments.checkCount(count, "count");
        Arguments.checkCommitted(datatype, "datatype");
        Arguments.checkBuffer(inbuf, count, datatype, "inbuf");
        Arguments.checkBuffer(inoutbuf, count, datatype, "inoutbuf");
        if (op.isPredefined()) {
            Kernels.forReduction(op.predefined, datatype).combine(inbuf, inoutbuf, count);
            return 0;
        }
        if (count == 0) {
            return 0;
        }
        return Collectives.callOperation(rank, op, inbuf, inoutbuf, count, rank.argument(3), (r, value) -> 0);
    }

    private CollectiveCalls() {}
}
