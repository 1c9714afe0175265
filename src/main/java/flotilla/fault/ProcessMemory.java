package flotilla.fault;

import flotilla.elf.unwind.TargetMemory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** This process's memory through {@code /proc/self/mem} (proc(5)), which answers for a hole instead of faulting. */
public final class ProcessMemory implements TargetMemory, Closeable {
    private final FileChannel memory;

    public ProcessMemory() throws IOException {
        memory = FileChannel.open(Path.of("/proc/self/mem"), StandardOpenOption.READ);
    }

    @Override
    public boolean read(long address, byte[] to, int bytes) {
        if (address < 0) {
            return false; // the kernel's half
        }
        ByteBuffer buffer = ByteBuffer.wrap(to, 0, bytes);
        try {
            while (buffer.hasRemaining()) {
                if (memory.read(buffer, address + buffer.position()) <= 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }
}
