package flotilla.node;

import flotilla.trap.Guest;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.function.IntConsumer;

/** Signals sent to the job's process, one after the other on a thread of their own. */
public final class JobSignals {
    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGPIPE = 13;
    public static final int SIGTERM = 15;
    public static final int SIGTSTP = 20;

    /** Among the signals' numbers: there is nobody to listen any more. */
    private static final int STOP = 0;

    private final String pipe;

    private JobSignals(int descriptor) {
        this.pipe = "/proc/self/fd/" + descriptor;
    }

    /** From now on {@code listener} is told of SIGINT, SIGTERM, SIGHUP and SIGQUIT. The second of the first three ends the process itself. */
    static JobSignals watch(IntConsumer listener) {
        return watch(listener, false);
    }

    /** The same for who has to stop others before itself: the listener is also told of SIGTSTP. */
    public static JobSignals watchStops(IntConsumer listener) {
        return watch(listener, true);
    }

    private static JobSignals watch(IntConsumer listener, boolean stops) {
        var signals = new JobSignals(Guest.watchJobSignals(stops));
        signals.listen(listener);
        return signals;
    }

    private void listen(IntConsumer listener) {
        Thread.ofPlatform().daemon().name("signals").start(() -> {
            try (var signals = new FileInputStream(pipe)) {
                for (int signal = signals.read(); signal > STOP; signal = signals.read()) {
                    listener.accept(signal);
                }
            } catch (IOException e) {
                System.err.println("flotilla: cannot listen for signals: " + e.getMessage());
            }
        });
    }

    /** The JVM's end would wait some tenths of a second for a thread that is in a system call. */
    public void stop() {
        try (var signals = new FileOutputStream(pipe)) {
            signals.write(STOP);
        } catch (IOException e) {
            // Then the end takes a little longer.
        }
    }

    /** For people. */
    public static String describe(int signal) {
        return switch (signal) {
            case SIGHUP -> "SIGHUP (the terminal has gone)";
            case SIGINT -> "SIGINT (Ctrl-C)";
            case SIGTERM -> "SIGTERM";
            default -> "signal " + signal;
        };
    }
}
