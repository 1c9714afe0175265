package flotilla.balance.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes a trace, each step at once. */
public final class TraceWriter implements AutoCloseable {
    static final byte[] MAGIC = "FLOTBAL1".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER = 3 * Integer.BYTES;

    private final OutputStream out;

    /** @param out is closed with this; needs no buffer */
    public TraceWriter(OutputStream out) throws IOException {
        this.out = out;
        out.write(MAGIC);
    }

    public void write(TraceStep step) throws IOException {
        var packed = new PackedWriter();
        StepFormat.write(step, packed);
        out.write(block(packed.bytes(), packed.length()));
    }

    /** A block with these contents. */
    static byte[] block(byte[] contents, int length) {
        var sum = new CRC32();
        sum.update(contents, 0, length);
        // A trace is written while a job waits.
        try (var deflater = new Deflater(Deflater.BEST_SPEED)) {
            deflater.setInput(contents, 0, length);
            deflater.finish();
            // More than it can take: stored blocks have five bytes of their own each, zlib's frame six.
            var block = ByteBuffer.allocate(HEADER + length + length / 1000 + 64);
            block.position(HEADER);
            while (!deflater.finished()) {
                deflater.deflate(block);
            }
            block.flip();
            block.putInt(0, block.limit() - HEADER).putInt(Integer.BYTES, length).putInt(2 * Integer.BYTES, (int) sum.getValue());
            var bytes = new byte[block.limit()];
            block.get(0, bytes);
            return bytes;
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
