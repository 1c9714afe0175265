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

    /** What the reader was asked for last, and rank 0 has not taken all of; or null. */
    private Read current;

    /** One read in progress: filled by the reader, taken by the rank. */
    private static final class Read {
        final Rank rank;
        final byte[] data;
        int count;
        int taken;
        volatile boolean done;

        Read(Rank rank, int bytes) {
            this.rank = rank;
            this.data = new byte[bytes];
        }
    }

    /** The rank's wait for what is read. A signal ends it, and what comes in later is for the next call. */
    private final class Reading implements Wait {
        private final Read read;
        private final long address;
        private final int bytes;

        Reading(Read read, long address, int bytes) {
            this.read = read;
            this.address = address;
            this.bytes = bytes;
        }

        @Override
        public int poll(Rank self) {
            if (!read.done) {
                return Rank.BLOCKED;
            }
            int count = Math.min(bytes, read.count - read.taken);
            if (count > 0) {
                Memory.put(read.data, read.taken, address, count);
                read.taken += count;
            }
            if (read.taken >= read.count) {
                current = null;
            }
            return read.count < 0 ? read.count : count;
        }

        @Override
        public boolean interrupt(Rank self) {
            return true;
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
        int count = (int) Math.min(bytes, LARGEST_READ);
        if (current == null) {
            var read = new Read(rank, count);
            schedule.externalBegin();
            try {
                requests.put(read);
            } catch (InterruptedException e) {
                schedule.externalEnd(rank);
                return -EIO;
            }
            current = read;
        }
        return rank.waitFor(new Reading(current, address, count));
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
