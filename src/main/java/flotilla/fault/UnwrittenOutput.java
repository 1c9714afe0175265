package flotilla.fault;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import java.io.IOException;

/**
 * What a rank has printed and not written when it ends without flushing its streams: by a fault, abort() or _exit(). MPI
 * programs count on seeing it, since MPICH does not buffer standard output; so it is taken from the stream's buffer. Only
 * memory is looked at: nothing of the rank runs any more.
 */
public final class UnwrittenOutput {
    // struct _IO_FILE, as glibc has it (guest/libc/stdio/stream.h).
    private static final int FLAGS = 0x00;
    private static final int WRITE_BASE = 0x20;
    private static final int WRITE_POINTER = 0x28;
    private static final int PUTTING = 0x800;
    private static final byte[] NOTHING = {};
    /** Bytes that are believed to be a buffer. */
    private static final long MOST = 1 << 24;

    /**
     * @param slot        of the rank
     * @param slotSize    bytes
     * @param stdout      address of its stream object
     * @param descriptors address of the guest library's table of descriptors 0 to 2
     * @return empty when there is nothing, or when descriptor 1 is not the job's standard output
     */
    public static byte[] of(long slot, long slotSize, long stdout, long descriptors) {
        // These are variables of the guest library: mapped as long as the rank is.
        if (Memory.getInt(descriptors + Integer.BYTES) != ControlBlock.JOB_OUTPUT || (Memory.getInt(stdout + FLAGS) & PUTTING) == 0) {
            return NOTHING;
        }
        long start = Memory.getLong(stdout + WRITE_BASE);
        long bytes = Memory.getLong(stdout + WRITE_POINTER) - start;
        if (bytes <= 0 || bytes > MOST || start < slot || start + bytes > slot + slotSize) {
            return NOTHING;
        }
        try (var memory = new ProcessMemory()) {
            var text = new byte[(int) bytes];
            return memory.read(start, text, text.length) ? text : NOTHING;
        } catch (IOException e) {
            return NOTHING;
        }
    }

    private UnwrittenOutput() {}
}
