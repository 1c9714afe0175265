package flotilla.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel told this process in its auxiliary vector. */
final class Auxiliary {
    private static final long AT_HWCAP2 = 26;
    private static final long HWCAP2_FSGSBASE = 1 << 1;

    /** Whether user code may execute wrfsbase. */
    static boolean hasFsgsbase() {
        try {
            var vector = ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv"))).order(ByteOrder.nativeOrder());
            while (vector.remaining() >= 16) {
                long type = vector.getLong();
                long value = vector.getLong();
                if (type == AT_HWCAP2) {
                    return (value & HWCAP2_FSGSBASE) != 0;
                }
            }
        } catch (IOException e) {
            // Without /proc the slow way works.
        }
        return false;
    }

    private Auxiliary() {}
}
