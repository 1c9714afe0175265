package flotilla.mpi.p2p;

import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.error.MpiException;
import java.io.Serializable;

/** What a thread of a rank is blocked in: MPI_Send, MPI_Recv and the like. These need no handle, and a thread is in one of them at a time. */
final class BlockingCalls implements Serializable {
    final SendRequest send;
    final ReceiveRequest receive = new ReceiveRequest();
    final Wait sendWait = new SendWait();
    final ReceiveWait receiveWait = new ReceiveWait();
    final ExchangeWait exchangeWait = new ExchangeWait();
    final ProbeWait probeWait = new ProbeWait();

    private BlockingCalls(Rank rank) {
        this.send = new SendRequest(rank);
    }

    /** Those of the thread whose call is being answered. */
    static BlockingCalls of(Rank rank) {
        Object calls = rank.blocking;
        if (calls == null) {
            calls = new BlockingCalls(rank);
            rank.blocking = calls;
        }
        return (BlockingCalls) calls;
    }

    /** Puts the status where the caller wants it. */
    int report(Rank rank, long status) {
        rank.face.putStatusWithoutError(status, receive.source, receive.tag, receive.bytes, false);
        if (receive.error != 0) {
            throw new MpiException(receive.error, receive.errorDetail);
        }
        return 0;
    }

    private final class SendWait implements Serializable, Wait {
        @Override
        public int poll(Rank self) {
            return send.complete ? 0 : Rank.BLOCKED;
        }

        @Override
        public String describe(Rank self) {
            return send.describe(self);
        }
    }

    final class ReceiveWait implements Serializable, Wait {
        long status;

        @Override
        public int poll(Rank self) {
            return receive.complete ? report(self, status) : Rank.BLOCKED;
        }

        @Override
        public String describe(Rank self) {
            return receive.describe(self);
        }
    }
}
