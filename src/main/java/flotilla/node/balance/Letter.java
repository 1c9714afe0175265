package flotilla.node.balance;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the balancing threads of two nodes tell each other.
 *
 * @param from the node that has sent it
 * @param what one of the constants of {@link Balancer}
 */
record Letter(int from, int what, byte[] body) {
    static final byte[] EMPTY = {};

    /** Writes a body. */
    interface Writer {
        void write(DataOutput out) throws IOException;
    }

    /** Reads a body. */
    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    static byte[] body(Writer writer) {
        var bytes = new ByteArrayOutputStream();
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is none in memory
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalStateException when it is shorter than it should be: a node of another version, which the start refuses */
    <T> T read(Reader<T> reader) {
        try {
            return reader.read(new DataInputStream(new ByteArrayInputStream(body)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
