package flotilla.mpi.calls;

import flotilla.memory.Memory;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Strings that go to guest memory, or have lengths that an ABI limits. */
final class GuestStrings {
    /** Writes a C string, cut to {@code capacity} bytes with its NUL, and its length in bytes. */
    static int put(String text, long address, int capacity, long lengthAddress, String name) {
        Arguments.checkPointer(address, name);
        Arguments.checkPointer(lengthAddress, "resultlen");
        Memory.putInt(lengthAddress, Memory.putString(address, text, capacity));
        return 0;
    }

    /** Bytes of the C string without its NUL. */
    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The text as far as it fits {@code capacity} bytes with its NUL, without half a character at the end. */
    static String cut(String text, int capacity) {
        if (text == null) {
            throw new MpiException(ErrorClass.ARG, "name is a null pointer");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < capacity) {
            return text;
        }
        int end = capacity - 1;
        while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
    }

    private GuestStrings() {}
}
