package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.datatype.Runs;

/** MPI_Alltoall, MPI_Alltoallv and MPI_Alltoallw (MPI-3.1 section 5.8): every receiver pulls its part from every sender. */
final class AlltoallCollective extends FullCollective {
    /** Receivers that equal parts go to at a time: they are read from one run of each sender's memory. */
    private static final int TILE = 8;

    /** Receivers of one unit. */
    private int receiversPerUnit;
    /** Bytes of every part, when all parts are as long and every buffer is one run of bytes, else -1. */
    private long partBytes;
    /** Where the members' runs begin, then. */
    private final long[] sendRuns;
    private final long[] receiveRuns;

    AlltoallCollective(Contribution first) {
        super(first, first.comm.totalSize());
        sendRuns = new long[members.length];
        receiveRuns = new long[members.length];
    }

    @Override
    int work(Contribution last) {
        partBytes = equalParts(last) ? last.receive.equalBytes() : -1;
        long bytes = 0;
        for (int i = 0; i < last.comm.peers().size(); i++) {
            bytes += last.receive.bytes(i);
        }
        // A part costs some time even when it is short.
        long work = (bytes + 64L * last.comm.peers().size()) * members.length;
        if (!isWorthSharing(work)) {
            receiversPerUnit = members.length;
            return 1;
        }
        receiversPerUnit = Math.clamp((64L << 10) * members.length / work, 1, Math.max(1, members.length / 8));
        if (partBytes >= 0) {
            receiversPerUnit = Math.clamp(members.length / 8, receiversPerUnit, Math.max(receiversPerUnit, TILE));
        }
        return (members.length + receiversPerUnit - 1) / receiversPerUnit;
    }

    @Override
    void unit(int index) {
        int end = Math.min((index + 1) * receiversPerUnit, members.length);
        if (partBytes >= 0) {
            for (int first = index * receiversPerUnit; first < end; first += TILE) {
                moveTile(first, Math.min(first + TILE, end));
            }
            return;
        }
        for (int receiver = index * receiversPerUnit; receiver < end; receiver++) {
            pull(members[receiver]);
        }
    }

    private boolean equalParts(Contribution last) {
        long bytes = last.receive.equalBytes();
        if (bytes < 0 || last.comm.isInter()) {
            return false;
        }
        for (int i = 0; i < members.length; i++) {
            Contribution member = members[i];
            if (member.snapshot != null || member.send.equalBytes() != bytes || member.receive.equalBytes() != bytes) {
                return false;
            }
            sendRuns[i] = bytes == 0 ? 0 : member.send.runAddress();
            receiveRuns[i] = bytes == 0 ? 0 : member.receive.runAddress();
            if (sendRuns[i] == -1 || receiveRuns[i] == -1) {
                return false;
            }
        }
        return true;
    }

    /** To receivers [first, end), from all. */
    private void moveTile(int first, int end) {
        for (int sender = 0; sender < members.length; sender++) {
            for (int receiver = first; receiver < end; receiver++) {
                Runs.move(sendRuns[sender] + receiver * partBytes, receiveRuns[receiver] + sender * partBytes, partBytes);
            }
        }
    }

    private void pull(Contribution receiver) {
        int first = !receiver.comm.isInter() || receiver.comm.side == 1 ? 0 : receiver.comm.size();
        int peers = receiver.comm.peers().size();
        int part = receiver.comm.rank;
        for (int i = 0; i < peers; i++) {
            Contribution sender = members[first + i];
            boolean truncated;
            long sent;
            if (sender.snapshot != null) {
                long start = Memory.getLong(sender.snapshot.address + 8L * part);
                sent = Memory.getLong(sender.snapshot.address + 8L * (part + 1)) - start;
                truncated = receiver.receive.unpack(i, sender.snapshot.address + start, sent);
            } else {
                truncated = Parts.copy(sender.send, part, receiver.receive, i);
                sent = truncated ? sender.send.bytes(part) : 0;
            }
            if (truncated) {
                receiver.failure = truncated(receiver, sent, receiver.receive.bytes(i), i);
            }
        }
    }

    /**
     * Puts the data of an in-place call aside, which others will read while its buffer is written: offsets of the parts and
     * of the end, then the packed parts.
     */
    static NativeBlock snapshot(Rank rank, Parts parts, int peers) {
        long header = 8L * (peers + 1);
        long bytes = header;
        for (int i = 0; i < peers; i++) {
            bytes += parts.bytes(i);
        }
        NativeBlock block = rank.takeBlock(bytes);
        long at = header;
        for (int i = 0; i < peers; i++) {
            Memory.putLong(block.address + 8L * i, at);
            if (parts.bytes(i) > 0) {
                at += Pack.pack(parts.address(i), parts.count(i), parts.type(i), block.address + at);
            }
        }
        Memory.putLong(block.address + 8L * peers, at);
        return block;
    }
}
