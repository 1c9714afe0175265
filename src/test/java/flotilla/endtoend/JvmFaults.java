package flotilla.endtoend;

import flotilla.memory.HostLibrary;
import flotilla.trap.Guest;
import java.nio.file.Path;

/** Does, on a PE's thread, what the JVM answers by way of signals: null pointers in compiled code, a full stack. */
final class JvmFaults {
    private int field = 1;

    private static int read(JvmFaults object) {
        return object.field; // compiled without a check: the fault is the check
    }

    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    public static void main(String[] arguments) throws InterruptedException {
        HostLibrary.load(Path.of(arguments[0]));
        Guest.installFaultHandler(0x1000_0000_0000L, 0x1001_0000_0000L, 1L << 30);
        Thread thread = new Thread(() -> {
            Guest.enterPeThread();
            int sum = 0;
            for (int i = 0; i < 2_000_000; i++) {
                sum += read(new JvmFaults());
            }
            int caught = 0;
            for (int i = 0; i < 200_000; i++) {
                try {
                    sum += read(null);
                } catch (NullPointerException e) {
                    caught++;
                }
            }
            System.out.println("null pointers: " + caught + " " + sum);
            boolean overflow = false;
            try {
                recurse(0);
            } catch (StackOverflowError e) {
                overflow = true;
            }
            System.out.println("stack overflow: " + overflow);
        });
        thread.start();
        thread.join();
    }

    private JvmFaults() {}
}
