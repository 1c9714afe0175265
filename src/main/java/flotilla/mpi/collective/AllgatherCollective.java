package flotilla.mpi.collective;

import flotilla.memory.Memory;

/** MPI_Allgather and MPI_Allgatherv (MPI-3.1 section 5.7): every member, or every one of the other group, gets all parts. */
final class AllgatherCollective extends FullCollective {
    /** All parts together, up to here, go through a store of their own. */
    private static final int STORE_BYTES = 32 << 10;
    /** Parts up to here, on average, are put together once and copied as one run. */
    private static final int SMALL_PART = 4 << 10;

    /** Parts of all members, one behind the other; unused when {@link #partBytes} is 0. */
    private byte[] store;
    private int partBytes;
    /** Some member's buffers are no plain runs of the expected length: the store is of no use. */
    private volatile boolean irregular;
    /** Bytes that each member sends, by position. */
    private long[] sent;
    private long total;
    /** Receivers of one unit. */
    private int receiversPerUnit;
    /** The position whose receive buffer holds everything in one run, or -1; and where. */
    private int complete;
    private long completeAddress;

    AllgatherCollective(Contribution first) {
        super(first, first.comm.totalSize());
    }

    @Override
    void begin(Contribution first) {
        super.begin(first);
        irregular = false;
        total = 0;
        complete = -1;
        long bytes = first.comm.isInter() ? -1 : first.receive.equalBytes();
        boolean small = bytes > 0 && bytes <= STORE_BYTES / first.comm.size() && first.receive.runAddress() != -1;
        partBytes = small ? (int) bytes : 0;
        int storeBytes = partBytes * first.comm.size();
        if (store == null || store.length < storeBytes) {
            store = new byte[storeBytes];
        }
    }

    @Override
    boolean deposit(Contribution member) {
        if (partBytes > 0) {
            int part = member.position;
            long address = member.send.runAddress();
            if (address != -1 && member.send.bytes(part) == partBytes && member.receive.runAddress() != -1
                    && member.receive.equalBytes() == partBytes) {
                long data = member.send.address(part) + member.send.type(part).trueLb();
                Memory.get(data, store, part * partBytes, partBytes);
            } else {
                irregular = true;
            }
        }
        return false;
    }

    @Override
    int work(Contribution last) {
        if (partBytes > 0 && !irregular) {
            return 0;
        }
        if (sent == null) {
            sent = new long[members.length];
        }
        for (int i = 0; i < members.length; i++) {
            sent[i] = members[i].send.bytes(members[i].comm.rank);
            total += sent[i];
        }
        if (total == 0) {
            return 0;
        }
        if (!last.comm.isInter() && total <= (long) SMALL_PART * members.length) {
            completeAddress = last.receive.runAddress(sent);
            if (completeAddress != -1) {
                gatherInto(last.position);
                complete = last.position;
            }
        }
        if (!isWorthSharing(total * members.length)) {
            receiversPerUnit = members.length;
            return 1;
        }
        receiversPerUnit = Math.clamp((64L << 10) / total, 1, Math.max(1, members.length / 8));
        return (members.length + receiversPerUnit - 1) / receiversPerUnit;
    }

    @Override
    void unit(int index) {
        int end = Math.min((index + 1) * receiversPerUnit, members.length);
        for (int receiver = index * receiversPerUnit; receiver < end; receiver++) {
            if (receiver == complete) {
                continue;
            }
            long run = complete >= 0 ? members[receiver].receive.runAddress(sent) : -1;
            if (run != -1) {
                Memory.copy(completeAddress, run, total);
            } else {
                gatherInto(receiver);
            }
        }
    }

    private void gatherInto(int position) {
        Contribution receiver = members[position];
        boolean second = receiver.comm.isInter() && receiver.comm.side == 0;
        int first = second ? receiver.comm.size() : 0;
        int count = receiver.comm.peers().size();
        for (int i = 0; i < count; i++) {
            Contribution sender = members[first + i];
            if (sender == receiver && sender.inPlace) {
                continue;
            }
            int part = sender.comm.rank;
            if (Parts.copy(sender.send, part, receiver.receive, i)) {
                receiver.failure = truncated(receiver, sender.send.bytes(part), receiver.receive.bytes(i), i);
            }
        }
    }

    @Override
    void depart(Contribution member) {
        if (partBytes > 0 && !irregular && failure == null) {
            Memory.put(store, 0, member.receive.runAddress(), partBytes * members.length);
        }
    }
}
