package flotilla.balance.trace;

import flotilla.balance.BalanceException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** Reads a trace, step after step. All it throws is a {@link BalanceException} that names the file and the step. */
public final class TraceReader implements AutoCloseable {
    private static final String REMEDY = "; make one with flotilla balance generate";

    private final Path file;
    private final InputStream in;
    private int steps;

    public TraceReader(Path file) {
        this.file = file;
        try {
            in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        } catch (NoSuchFileException missing) {
            throw new BalanceException(file + ": no such file" + REMEDY);
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
        try {
            if (!Arrays.equals(in.readNBytes(TraceWriter.MAGIC.length), TraceWriter.MAGIC)) {
                close();
                throw new BalanceException(file + " is no trace of balancing steps, or one of another version" + REMEDY);
            }
        } catch (IOException failure) {
            close();
            throw unreadable(failure);
        }
    }

    private BalanceException unreadable(IOException failure) {
        return new BalanceException(file + " can't be read: " + failure.getMessage() + "; name a file that can be");
    }

    private BalanceException damaged(String how) {
        return new BalanceException(file + ", step " + (steps + 1) + ": the file is damaged: " + how
                + "; copy it again, or make another");
    }

    /** The next step, or null behind the last. */
    public TraceStep next() {
        byte[] contents;
        try {
            contents = block();
        } catch (IOException failure) {
            throw unreadable(failure);
        }
        if (contents == null) {
            return null;
        }
        TraceStep step;
        try {
            step = StepFormat.read(new PackedReader(contents));
        } catch (IllegalArgumentException impossible) {
            throw damaged(impossible.getMessage());
        }
        steps++;
        return step;
    }

    private byte[] block() throws IOException {
        byte[] header = in.readNBytes(TraceWriter.HEADER);
        if (header.length == 0) {
            return null;
        }
        if (header.length < TraceWriter.HEADER) {
            throw damaged("it is cut off");
        }
        ByteBuffer numbers = ByteBuffer.wrap(header);
        int length = numbers.getInt();
        int unpacked = numbers.getInt();
        int sum = numbers.getInt();
        if (length < 0 || unpacked < 0 || unpacked == Integer.MAX_VALUE) {
            throw damaged("a length is wrong");
        }
        // Read and unpacked in pieces, so that a length that is wrong takes no more memory than there is.
        byte[] packed = in.readNBytes(length);
        if (packed.length < length) {
            throw damaged("it is cut off");
        }
        byte[] contents;
        try (var inflater = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            contents = inflater.readNBytes(unpacked + 1);
        } catch (ZipException | EOFException wrong) {
            throw damaged("its contents can't be unpacked");
        }
        var crc = new CRC32();
        crc.update(contents);
        if (contents.length != unpacked || (int) crc.getValue() != sum) {
            throw damaged("a checksum is wrong");
        }
        return contents;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException failure) {
            throw unreadable(failure);
        }
    }
}
