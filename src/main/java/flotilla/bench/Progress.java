package flotilla.bench;

import java.io.PrintStream;

/** One line that says what is going on, where somebody watches; nothing otherwise. */
public final class Progress {
    private static final String ERASE = "\r\033[K";

    private final PrintStream terminal;

    /** @param terminal null when nobody watches */
    public Progress(PrintStream terminal) {
        this.terminal = terminal;
    }

    void show(String text) {
        if (terminal != null) {
            terminal.print(ERASE + text);
            terminal.flush();
        }
    }

    void clear() {
        show("");
    }
}
