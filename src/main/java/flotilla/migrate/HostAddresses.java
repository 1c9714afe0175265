package flotilla.migrate;

import flotilla.abi.ControlBlock;
import flotilla.image.LoadedImage;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import flotilla.memory.PageRuns;
import flotilla.memory.ProcessMaps;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for addresses of this process in what travels with a rank, which would mean nothing where it arrives. For tests: what it
 * finds may also be a number, or something dead.
 */
public final class HostAddresses {
    /** Programs have many smaller numbers, and the JVM has its heap there. */
    private static final long LOWEST = 1L << 40;
    /** Below a stack pointer that functions may use without moving it (psABI 3.2.2). */
    private static final long RED_ZONE = 128;
    private static final int DLI_SNAME = 16;
    private static final int DLI_BYTES = 32;
    private static final NativeFunction DLADDR = NativeFunction.ofLibc("dladdr");

    private final List<ProcessMaps.Entry> host = new ArrayList<>();
    private final long slotsStart;
    private final long slotsEnd;

    /** As this process is now; [slotsStart, slotsEnd) are the addresses of slots. */
    public HostAddresses(long slotsStart, long slotsEnd) {
        this.slotsStart = slotsStart;
        this.slotsEnd = slotsEnd;
        for (ProcessMaps.Entry entry : ProcessMaps.read()) {
            if (entry.end() > LOWEST && (entry.end() <= slotsStart || entry.start() >= slotsEnd)
                    && !entry.file().equals("[vsyscall]")) {
                host.add(entry);
            }
        }
    }

    /** A line for each word of these pages that holds such an address and is not written when the rank arrives. */
    public List<String> in(RankImages images, PageRuns pages) {
        var found = new ArrayList<String>();
        long control = images.mainControl();
        long stackPointer = Memory.getLong(control + ControlBlock.GUEST_SP);
        boolean onStack = stackPointer - images.stackBase() >= 0 && stackPointer - images.stackBase() < images.stackSize();
        for (int i = 0; i < pages.count(); i++) {
            for (long at = pages.start(i); at < pages.end(i); at += Long.BYTES) {
                long value = Memory.getLong(at);
                if (value < LOWEST || value >= Memory.END || value >= slotsStart && value < slotsEnd || !isHost(value)) {
                    continue;
                }
                boolean dead = onStack && at >= images.stackBase() && at < stackPointer - RED_ZONE;
                if (!dead && !isBound(at - control) && !images.refills(at) && !Locales.restores(images, at)) {
                    found.add(where(images, at) + " holds 0x" + Long.toHexString(value) + ", " + what(value));
                }
            }
        }
        return found;
    }

    private boolean isHost(long value) {
        int low = 0;
        int high = host.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            ProcessMaps.Entry entry = host.get(middle);
            if (entry.contains(value)) {
                return true;
            }
            if (value < entry.start()) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return false;
    }

    /** Fields of the control block that whoever resumes the rank, or a gate before it uses them, writes. */
    private static boolean isBound(long field) {
        return field == ControlBlock.HOST_SP || field == ControlBlock.HOST_FS || field == ControlBlock.HOST_ERRNO
                || field == ControlBlock.HOST_FLOATING_POINT || field == ControlBlock.GATE_TARGET;
    }

    private static String where(RankImages images, long at) {
        for (LoadedImage image : images.loaded()) {
            if (image.contains(at)) {
                return image.name() + "+0x" + Long.toHexString(at - image.bias());
            }
        }
        return images.region(at) + " 0x" + Long.toHexString(at);
    }

    private String what(long value) {
        try (var arena = Arena.ofConfined()) {
            long info = arena.allocate(DLI_BYTES, 8).address();
            String file = host.stream().filter(entry -> entry.contains(value)).findFirst()
                    .map(entry -> entry.file().isEmpty() ? "" : entry.file() + "+0x" + Long.toHexString(value - entry.start()
                            + entry.offset())).orElse("");
            if ((int) DLADDR.call(value, info) != 0 && Memory.getLong(info + DLI_SNAME) != 0) {
                return Memory.getString(Memory.getLong(info + DLI_SNAME)) + " in " + file;
            }
            return file.isEmpty() ? "memory of the host" : file;
        }
    }
}
