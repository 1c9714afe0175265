package flotilla.cli;

import flotilla.memory.NativeFunction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The terminal that standard input and output are, for a page that is shown anew again and again: on the alternate screen, with
 * what is typed read at once and not shown (termios(3), console_codes(4)). Closing it, or the end of this process by a signal,
 * leaves it as it was.
 */
final class Terminal implements AutoCloseable {
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    /** struct termios of glibc on x86-64: size, and where c_lflag stands. */
    private static final long TERMIOS_BYTES = 60;
    private static final long LOCAL_FLAGS = 12;
    private static final int ICANON = 2;
    private static final int ECHO = 8;
    private static final int TCSANOW = 0;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int USUAL_LINES = 24;
    private static final int USUAL_COLUMNS = 80;
    private static final long LOOK_MILLIS = 50;

    private static final String BEGIN = "\033[?1049h\033[?25l";
    private static final String END = "\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String REST_OF_LINE = "\033[K";
    private static final String REST_OF_SCREEN = "\033[J";

    private static final NativeFunction ISATTY = NativeFunction.ofLibc("isatty");
    private static final NativeFunction TCGETATTR = NativeFunction.ofLibc("tcgetattr");
    private static final NativeFunction TCSETATTR = NativeFunction.ofLibc("tcsetattr");
    private static final NativeFunction IOCTL = NativeFunction.ofLibc("ioctl");

    private final MemorySegment before = Arena.global().allocate(TERMIOS_BYTES);
    /** struct winsize: rows, columns, and two more, unsigned shorts. */
    private final MemorySegment size = Arena.global().allocate(ValueLayout.JAVA_SHORT, 4);
    private final Thread atExit = new Thread(this::restore);
    private boolean taken;

    private Terminal() {}

    /** Whether somebody sits there. */
    static boolean isThere() {
        return (int) ISATTY.call(INPUT) == 1 && (int) ISATTY.call(OUTPUT) == 1;
    }

    static Terminal take() {
        var terminal = new Terminal();
        TCGETATTR.call(INPUT, terminal.before.address());
        MemorySegment raw = Arena.global().allocate(TERMIOS_BYTES).copyFrom(terminal.before);
        raw.set(ValueLayout.JAVA_INT, LOCAL_FLAGS, raw.get(ValueLayout.JAVA_INT, LOCAL_FLAGS) & ~(ICANON | ECHO));
        terminal.taken = true;
        Runtime.getRuntime().addShutdownHook(terminal.atExit);
        TCSETATTR.call(INPUT, TCSANOW, raw.address());
        System.out.print(BEGIN);
        return terminal;
    }

    int lines() {
        return sizeOr(0, USUAL_LINES);
    }

    int columns() {
        return sizeOr(1, USUAL_COLUMNS);
    }

    private int sizeOr(int index, int usual) {
        int told = (int) IOCTL.call(OUTPUT, TIOCGWINSZ, size.address()) == 0 ? size.getAtIndex(ValueLayout.JAVA_SHORT, index) & 0xffff : 0;
        return told == 0 ? usual : told;
    }

    /** @param lines not more or longer than the terminal has room for */
    void show(List<String> lines) {
        var screen = new StringBuilder(HOME);
        for (int i = 0; i < lines.size(); i++) {
            screen.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(REST_OF_LINE);
        }
        System.out.print(screen.append(REST_OF_SCREEN));
        System.out.flush();
    }

    /** Waits for a time; answers true, and at once, when {@code letter} is typed, or nobody can type any more. */
    boolean isTyped(char letter, long millis) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            while (System.in.available() > 0) {
                int typed = System.in.read();
                if (typed == letter || typed < 0) {
                    return true;
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } while (System.nanoTime() - end < 0);
        return false;
    }

    private synchronized void restore() {
        if (taken) {
            taken = false;
            System.out.print(END);
            System.out.flush();
            TCSETATTR.call(INPUT, TCSANOW, before.address());
        }
    }

    @Override
    public void close() {
        restore();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
