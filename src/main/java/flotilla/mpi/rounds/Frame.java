package flotilla.mpi.rounds;

import flotilla.memory.Memory;
import flotilla.mpi.error.MpiException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The message that begins what one member tells another: what call it makes, with what arguments, whether it has failed already,
 * and, when they are few, the data. More data follow in messages of their own.
 */
public final class Frame {
    /** int kind, int root, int error class, int bytes of the error's text, long count, long check, int messages that follow. */
    public static final int HEADER = 48;
    /** Bytes of a frame at most: it is sent eagerly. */
    private static final int LARGEST = 8192;
    /** Bytes of data in a frame at most. */
    public static final int MOST_DATA = LARGEST - HEADER;
    /** Bytes of an error's text at most. */
    private static final int MOST_TEXT = 256 - HEADER;

    /** Bytes to reserve for a frame with {@code data} bytes of data or an error. */
    public static long room(long data) {
        return HEADER + Math.max(data, MOST_TEXT);
    }

    /**
     * @param kind  what call this is; the same for all members
     * @param root  of the call, or -1
     * @param count what the call is about: elements, or bytes
     * @param check anything that must be the same for all members
     * @param follow messages with data that follow, unless the frame says an error
     */
    static void put(long frame, int kind, int root, long count, long check, int follow) {
        Memory.putInt(frame, kind);
        Memory.putInt(frame + 4, root);
        Memory.putLong(frame + 8, 0);
        Memory.putLong(frame + 16, count);
        Memory.putLong(frame + 24, check);
        Memory.putLong(frame + 32, follow);
    }

    static void putError(long frame, int error, String detail) {
        byte[] text = (detail == null ? "" : detail).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MOST_TEXT);
        if (length < text.length) {
            while (length > 0 && (text[length] & 0xC0) == 0x80) {
                length--;
            }
        }
        Memory.putInt(frame + 8, error);
        Memory.putInt(frame + 12, length);
        Memory.put(Arrays.copyOf(text, length), 0, frame + HEADER, length);
    }

    public static int kind(long frame) {
        return Memory.getInt(frame);
    }

    public static int root(long frame) {
        return Memory.getInt(frame + 4);
    }

    public static boolean isError(long frame) {
        return Memory.getInt(frame + 8) != 0;
    }

    public static MpiException error(long frame) {
        int length = Memory.getInt(frame + 12);
        return new MpiException(Memory.getInt(frame + 8), new String(Memory.get(frame + HEADER, length), StandardCharsets.UTF_8));
    }

    public static long count(long frame) {
        return Memory.getLong(frame + 16);
    }

    public static long check(long frame) {
        return Memory.getLong(frame + 24);
    }

    /** Messages that follow. */
    public static int follow(long frame) {
        return isError(frame) ? 0 : Memory.getInt(frame + 32);
    }

    /** Address of the data. */
    public static long data(long frame) {
        return frame + HEADER;
    }

    /** Bytes of a frame that carries {@code data} bytes, or an error. */
    static long length(long frame, long data) {
        return HEADER + (isError(frame) ? Memory.getInt(frame + 12) : data);
    }

    private Frame() {}
}
