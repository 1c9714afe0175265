package flotilla.mpi.p2p;

import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.error.MpiException;
import java.io.Serializable;

/** What a thread of a rank waits for in MPI_Sendrecv. Used again by its next call. */
public final class ExchangeWait implements Serializable, Wait {
    public final ExchangeRequest exchange = new ExchangeRequest();
    /** Where the caller wants the status. */
    private long status;

    ExchangeWait() {}

    /** That of the thread whose call is being answered. */
    public static ExchangeWait of(Rank rank, long status) {
        ExchangeWait own = BlockingCalls.of(rank).exchangeWait;
        own.status = status;
        return own;
    }

    @Override
    public int poll(Rank rank) {
        if (!exchange.isComplete()) {
            return Rank.BLOCKED;
        }
        exchange.conclude(rank, null);
        exchange.release(rank, null);
        rank.face.putStatusWithoutError(status, exchange.source, exchange.tag, exchange.bytes, false);
        if (exchange.error != 0) {
            throw new MpiException(exchange.error, exchange.errorDetail);
        }
        return 0;
    }

    @Override
    public String describe(Rank rank) {
        return exchange.describe(rank);
    }
}
