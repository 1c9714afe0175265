package flotilla.trap;

/**
 * The stack protector's canary, which is the same in all processes of a job: frames of a rank hold the value that its thread
 * had when they were entered (psABI x86-64, fs:0x28), and compare it when they are left, perhaps in another process. Threads that
 * run ranks get it from who starts them: pthread_create gives a new thread the canary of its creator, whose frames that are there
 * by then must not return before it has its own back. Immutable.
 *
 * @param value with a lowest byte of 0, as glibc makes them: no string runs over it
 */
public record JobCanary(long value) {
    private static final long CANARY = 0x28;

    /** The value that threads of this process have that nobody has given another. */
    public static JobCanary ofProcess() {
        return new JobCanary(Guest.readFs(CANARY));
    }

    /** Whether the calling thread may run ranks. */
    public boolean isHere() {
        return Guest.readFs(CANARY) == value;
    }

    /** A daemon thread, not started yet, that may run ranks whoever starts it. */
    public Thread thread(Runnable task, String name) {
        return thread(task, name, 0);
    }

    /**
     * The same.
     *
     * @param stackBytes of the thread's Java stack; 0 for the JVM's default
     */
    public Thread thread(Runnable task, String name, long stackBytes) {
        var thread = new Started(task, name, stackBytes);
        thread.setDaemon(true);
        return thread;
    }

    private final class Started extends Thread {
        Started(Runnable task, String name, long stackBytes) {
            super(null, task, name, stackBytes);
        }

        @Override
        public void start() {
            long own = Guest.readFs(CANARY);
            if (own == value) {
                super.start();
                return;
            }
            Guest.writeFs(CANARY, value);
            try {
                super.start();
            } finally {
                Guest.writeFs(CANARY, own);
            }
        }
    }
}
