package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.GuestMemory;
import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.Face;

/**
 * Checks of arguments that many MPI calls share. All arguments are canonical (see {@link Face}). A check that fails
 * throws an {@link MpiException} that names the argument and its value; {@code name} is the argument's name in the MPI
 * standard ("sendcount").
 */
public final class Arguments {
    /** Value of attribute MPI_TAG_UB: the largest tag. */
    public static final int TAG_UB = Integer.MAX_VALUE;

    /** A count of anything; also of displacements that cannot be negative. */
    public static void checkCount(long count, String name) {
        if (count < 0) {
            throw new MpiException(ErrorClass.COUNT, name + " = " + count + " is negative");
        }
    }

    /** A number that must not be negative, of class MPI_ERR_ARG. */
    public static void checkNotNegative(long value, String name) {
        if (value < 0) {
            throw new MpiException(ErrorClass.ARG, name + " = " + value + " is negative");
        }
    }

    /** A pointer through which the call reads or writes. */
    public static void checkPointer(long address, String name) {
        if (!GuestMemory.isPointer(address)) {
            throw new MpiException(ErrorClass.ARG, address == 0 ? name + " is a null pointer" : notMapped(name, address));
        }
    }

    /** A C string. */
    public static String string(long address, String name) {
        if (address == 0) {
            throw new MpiException(name.equals("key") ? ErrorClass.INFO_KEY : ErrorClass.ARG, name + " is a null pointer");
        }
        checkPointer(address, name);
        return Memory.getString(address);
    }

    /** A status or array of statuses from {@link Face#status}: 0 stands for none. */
    public static long status(long address) {
        if (address != 0) {
            checkPointer(address, "status");
        }
        return address;
    }

    /** An array of {@code count} elements, which may be null when there are none. */
    public static void checkArray(long address, long count, String name) {
        if (count > 0) {
            checkPointer(address, name);
        }
    }

    /** The tag of a send. */
    public static void checkTag(int tag) {
        if (tag < 0) {
            throw new MpiException(ErrorClass.TAG, tag == StandardAbi.ANY_TAG
                    ? "tag = MPI_ANY_TAG is for receives only"
                    : "tag = " + tag + " is negative; tags are 0 to " + TAG_UB);
        }
    }

    /** The tag of a receive or probe. */
    public static void checkReceiveTag(int tag) {
        if (tag < 0 && tag != StandardAbi.ANY_TAG) {
            throw new MpiException(ErrorClass.TAG, "tag = " + tag + " is negative; tags are 0 to " + TAG_UB);
        }
    }

    /** A destination: a rank of the communicator's (remote) group, or MPI_PROC_NULL. */
    public static void checkRank(Comm comm, int rank, String name) {
        if ((rank < 0 || rank >= comm.peers().size()) && rank != StandardAbi.PROC_NULL) {
            throw new MpiException(ErrorClass.RANK, noRank(comm, rank, name));
        }
    }

    /** The source of a receive: as {@link #checkRank}, or MPI_ANY_SOURCE. */
    public static void checkSource(Comm comm, int source, String name) {
        if (source != StandardAbi.ANY_SOURCE) {
            checkRank(comm, source, name);
        }
    }

    /** The root of a collective call: on an intercommunicator also MPI_ROOT or MPI_PROC_NULL. */
    public static void checkRoot(Comm comm, int root) {
        if (root >= 0 && root < comm.peers().size()
                || comm.isInter() && (root == StandardAbi.ROOT || root == StandardAbi.PROC_NULL)) {
            return;
        }
        throw new MpiException(ErrorClass.ROOT, noRank(comm, root, "root"));
    }

    private static String noRank(Comm comm, int rank, String name) {
        String value = switch (rank) {
            case StandardAbi.ANY_SOURCE -> "MPI_ANY_SOURCE";
            case StandardAbi.PROC_NULL -> "MPI_PROC_NULL";
            case StandardAbi.ROOT -> "MPI_ROOT";
            default -> Integer.toString(rank);
        };
        int size = comm.peers().size();
        return name + " = " + value + " is not allowed here: the " + (comm.isInter() ? "remote group has" : "communicator has")
                + " ranks 0 to " + (size - 1);
    }

    /** A datatype that is used in communication. */
    public static void checkCommitted(Datatype datatype, String name) {
        if (!datatype.isCommitted()) {
            throw new MpiException(ErrorClass.TYPE, name + " has not been committed; call MPI_Type_commit first");
        }
    }

    /**
     * A buffer from {@link Face#buffer}. Refuses a null pointer for data that a datatype without absolute addresses
     * describes, and MPI_IN_PLACE, which a call that allows it must have recognized before.
     */
    public static void checkBuffer(long address, long count, Datatype datatype, String name) {
        if (address == Face.IN_PLACE) {
            throw new MpiException(ErrorClass.BUFFER, name + " = MPI_IN_PLACE is not allowed here");
        }
        if (count > 0 && datatype.size() > 0) {
            checkRange(address, count, datatype, name);
        }
    }

    /** A buffer that has passed {@link #checkBuffer} and that the call writes to. */
    public static void checkResult(long address, long count, Datatype datatype, String name) {
        if (count > 0 && datatype.size() > 0) {
            long bad = GuestMemory.firstReadOnly(first(address, count, datatype), end(address, count, datatype));
            if (bad != 0) {
                throw new MpiException(ErrorClass.BUFFER, name + " = 0x" + Long.toHexString(address) + " cannot be written: the memory at 0x"
                        + Long.toHexString(bad) + " is read-only and belongs to no rank");
            }
        }
    }

    private static long first(long address, long count, Datatype datatype) {
        return address + datatype.trueLb() + Math.min(0, (count - 1) * datatype.extent());
    }

    private static long end(long address, long count, Datatype datatype) {
        return address + datatype.trueUb() + Math.max(0, (count - 1) * datatype.extent());
    }

    private static void checkRange(long address, long count, Datatype datatype, String name) {
        long first = first(address, count, datatype);
        long end = end(address, count, datatype);
        if (first == 0) {
            throw new MpiException(ErrorClass.BUFFER, name + " is a null pointer, but there are " + count
                    + " items to " + (name.startsWith("recv") ? "receive" : "transfer"));
        }
        long bad = GuestMemory.probe(first, end);
        if (bad != 0) {
            throw new MpiException(ErrorClass.BUFFER, bad == first ? notMapped(name, bad)
                    : name + " = 0x" + Long.toHexString(address) + " with " + count + " items reaches 0x" + Long.toHexString(end)
                            + "; the memory at 0x" + Long.toHexString(bad) + " is not mapped");
        }
        if (name.startsWith("recv") || name.equals("outbuf") || name.equals("inoutbuf")) {
            checkResult(address, count, datatype, name);
        }
    }

    private static String notMapped(String name, long address) {
        return name + " = 0x" + Long.toHexString(address) + " is not an address of mapped memory";
    }

    /** All of a buffer's arguments: the datatype's commit, the count, the address. */
    public static void checkMessage(long address, long count, Datatype datatype, String buffer, String countName, String typeName) {
        checkCount(count, countName);
        checkCommitted(datatype, typeName);
        checkBuffer(address, count, datatype, buffer);
    }

    /** The rank must be between MPI_Init and MPI_Finalize. */
    public static void checkInitialized(Rank rank) {
        EnvironmentCalls.checkInitialized(rank);
    }

    private Arguments() {}
}
