package flotilla.mpi.p2p;

import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;

/** A send and a receive under one handle (MPI_Isendrecv, MPI-4.1 section 3.10); its status is the receive's. */
public final class ExchangeRequest extends Request {
    private SendRequest send;
    private ReceiveRequest receive;

    /** Both started. */
    public void set(SendRequest sending, ReceiveRequest receiving) {
        send = sending;
        receive = receiving;
        comm = receiving.comm;
        active = true;
    }

    @Override
    public boolean isComplete() {
        return send.isComplete() && receive.isComplete();
    }

    @Override
    public int conclude(Rank rank, GuestReturn goOn) {
        source = receive.source;
        tag = receive.tag;
        bytes = receive.bytes;
        error = receive.error;
        errorDetail = receive.errorDetail;
        return 0;
    }

    @Override
    public int release(Rank rank, GuestReturn goOn) {
        send.release(rank, goOn);
        receive.release(rank, goOn);
        send = null;
        receive = null;
        return 0;
    }

    @Override
    public String describe(Rank rank) {
        return receive.isComplete() ? send.describe(rank) : receive.describe(rank);
    }
}
