package flotilla.node;

import flotilla.trap.Guest;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.function.IntConsumer;

/** Signals sent to the job's process, one after the other on a thread of their own. */
final class JobSignals {
    static final int SIGHUP = 1;
    static final int SIGINT = 2;
    static final int SIGQUIT = 3;
    static final int SIGPIPE = 13;
    static final int SIGTERM = 15;

    /** From now on {@code listener} is told of SIGINT, SIGTERM, SIGHUP and SIGQUIT. The second of the first three ends the process itself. */
    static void watch(IntConsumer listener) {
        int descriptor = Guest.watchJobSignals();
        Thread.ofPlatform().daemon().name("signals").start(() -> {
            try (var signals = new FileInputStream("/proc/self/fd/" + descriptor)) {
                for (int signal = signals.read(); signal >= 0; signal = signals.read()) {
                    listener.accept(signal);
                }
            } catch (IOException e) {
                System.err.println("flotilla: cannot listen for signals: " + e.getMessage());
            }
        });
    }

    static String describe(int signal) {
        return switch (signal) {
            case SIGHUP -> "SIGHUP (the terminal has gone)";
            case SIGINT -> "SIGINT (Ctrl-C)";
            case SIGTERM -> "SIGTERM";
            default -> "signal " + signal;
        };
    }

    private JobSignals() {}
}
