package flotilla.schedule;

import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/** Runs actions at given times, on a thread of its own that starts with the first. */
final class Timers {
    /** An action that waits for its time. */
    record Timer(long time, Runnable action) {}

    private final PriorityQueue<Timer> queue = new PriorityQueue<>((a, b) -> Long.signum(a.time - b.time));
    private Thread thread;

    /** @param time of {@link System#nanoTime} */
    synchronized Timer add(long time, Runnable action) {
        var timer = new Timer(time, action);
        queue.add(timer);
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("timers").start(this::run);
        } else if (queue.peek().time == time) {
            LockSupport.unpark(thread);
        }
        return timer;
    }

    /** Answers false when the timer's action runs or has run. */
    synchronized boolean cancel(Timer timer) {
        return queue.removeIf(other -> other == timer);
    }

    private void run() {
        while (true) {
            Timer due;
            long delay;
            synchronized (this) {
                due = queue.peek();
                delay = due == null ? Long.MAX_VALUE : due.time - System.nanoTime();
                if (delay <= 0) {
                    queue.remove();
                }
            }
            if (delay <= 0) {
                due.action.run();
            } else if (due == null) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, delay);
            }
        }
    }
}
