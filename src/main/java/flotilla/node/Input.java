package flotilla.node;

import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.schedule.Schedule;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.SynchronousQueue;

/**
 * The job's standard input, which rank 0 reads; others find it at its end. A thread of its own reads, so that a rank that
 * waits for a person does not hold its PE.
 */
final class Input {
    private static final int EIO = 5;
    private static final int LARGEST_READ = 1 << 16;

    private final InputStream stream = System.in;
    private final Schedule schedule;
    private final SynchronousQueue<Read> requests = new SynchronousQueue<>();
    private Thread reader;

    Input(Schedule schedule) {
        this.schedule = schedule;
    }

    /** One read in progress: filled by the reader, taken by the rank. */
    private static final class Read implements Wait {
        final Rank rank;
        final long address;
        final byte[] data;
        int count;
        volatile boolean done;

        Read(Rank rank, long address, int bytes) {
            this.rank = rank;
            this.address = address;
            this.data = new byte[bytes];
        }

        @Override
        public int poll(Rank self) {
            if (!done) {
                return Rank.BLOCKED;
            }
            if (count > 0) {
                Memory.put(data, 0, address, count);
            }
            return count;
        }

        @Override
        public String describe(Rank self) {
            return "standard input";
        }
    }

    int read(Rank rank, long address, long bytes) {
        if (rank.worldRank != 0 || bytes <= 0) {
            return 0;
        }
        if (reader == null) {
            reader = Thread.ofPlatform().daemon().name("standard input").start(this::run);
        }
        var read = new Read(rank, address, (int) Math.min(bytes, LARGEST_READ));
        schedule.externalBegin();
        try {
            requests.put(read);
        } catch (InterruptedException e) {
            schedule.externalEnd(rank);
            return -EIO;
        }
        return rank.waitFor(read);
    }

    private void run() {
        while (true) {
            try {
                Read read = requests.take();
                try {
                    read.count = Math.max(0, stream.read(read.data, 0, read.data.length));
                } catch (IOException e) {
                    read.count = -EIO;
                }
                read.done = true;
                schedule.externalEnd(read.rank);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
