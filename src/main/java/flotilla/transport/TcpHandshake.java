package flotilla.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first bytes on a connection, by which both sides prove that they know the job's secret: the caller says who it is and
 * draws a number, the other side draws one and proves, and the caller proves. The proofs are about both numbers and who speaks
 * to whom.
 */
final class TcpHandshake {
    private static final byte[] MAGIC = "FLOTILLA".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HELLO_BYTES = MAGIC.length + 4 * Integer.BYTES + JobSecret.BYTES;
    private static final int ANSWER_BYTES = 2 * JobSecret.BYTES;
    private static final int CONFIRMATION_BYTES = JobSecret.BYTES;
    private static final String CALLED_PROOF = "tcp: the called one";
    private static final String CALLER_PROOF = "tcp: the caller";
    private static final String CALLED_KEY = "tcp: key of what the called one sends";
    private static final String CALLER_KEY = "tcp: key of what the caller sends";

    /** What the next bytes are. */
    private enum Next { CONNECTION, HELLO, ANSWER, CONFIRMATION, NOTHING }

    private final JobSecret secret;
    private final int node;
    private final int nodes;
    private final SocketChannel channel;
    private final boolean caller;
    private final long deadline;
    /** Never more than what the handshake needs is read: what follows belongs to the connection. */
    private final ByteBuffer in = ByteBuffer.allocate(Math.max(HELLO_BYTES, ANSWER_BYTES));
    private Next next;
    private int peer;
    private byte[] callerRandom;
    private byte[] calledRandom;

    private TcpHandshake(JobSecret secret, int node, int nodes, int peer, SocketChannel channel, Next next, long deadline) {
        this.secret = secret;
        this.node = node;
        this.nodes = nodes;
        this.peer = peer;
        this.channel = channel;
        this.caller = next == Next.CONNECTION;
        this.deadline = deadline;
        expect(next);
    }

    static TcpHandshake calling(JobSecret secret, int node, int nodes, int peer, SocketChannel channel, long deadline) {
        return new TcpHandshake(secret, node, nodes, peer, channel, Next.CONNECTION, deadline);
    }

    static TcpHandshake called(JobSecret secret, int node, int nodes, SocketChannel channel, long deadline) {
        return new TcpHandshake(secret, node, nodes, -1, channel, Next.HELLO, deadline);
    }

    private void expect(Next what) {
        next = what;
        in.clear().limit(switch (what) {
            case HELLO -> HELLO_BYTES;
            case ANSWER -> ANSWER_BYTES;
            case CONFIRMATION -> CONFIRMATION_BYTES;
            case CONNECTION, NOTHING -> 0;
        });
    }

    /** The selector's operation to wait for. */
    int interest() {
        return next == Next.CONNECTION ? SelectionKey.OP_CONNECT : SelectionKey.OP_READ;
    }

    SocketChannel channel() {
        return channel;
    }

    /** The other node; -1 as long as it is not known. Not proven before {@link #advance} has said so. */
    int peer() {
        return peer;
    }

    /** When it must be over, as of {@link System#nanoTime}. */
    long deadline() {
        return deadline;
    }

    /**
     * Goes on with what has arrived.
     *
     * @return whether both sides have proven what they had to
     * @throws NoProofException when the other side does not know the secret
     * @throws IOException when the connection failed or this is no handshake; the message says which
     */
    boolean advance() throws IOException {
        if (next == Next.CONNECTION) {
            if (!channel.finishConnect()) {
                return false;
            }
            callerRandom = JobSecret.randomBytes();
            write(ByteBuffer.allocate(HELLO_BYTES).put(MAGIC).putInt(VERSION).putInt(node).putInt(peer).putInt(nodes)
                    .put(callerRandom));
            expect(Next.ANSWER);
        }
        while (next != Next.NOTHING) {
            if (channel.read(in) < 0) {
                throw new EOFException("it has closed the connection");
            }
            if (in.hasRemaining()) {
                return false;
            }
            in.flip();
            switch (next) {
                case HELLO -> answer();
                case ANSWER -> confirm();
                default -> {
                    prove(CALLER_PROOF, take());
                    expect(Next.NOTHING);
                }
            }
        }
        return true;
    }

    private void answer() throws IOException {
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        int version = in.getInt();
        int from = in.getInt();
        int to = in.getInt();
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IOException("it is no node of a job");
        }
        if (version != VERSION || to != node || from <= node || from >= nodes || in.getInt() != nodes) {
            throw new IOException("it is a node of another job, or of another version of Flotilla");
        }
        peer = from;
        callerRandom = take();
        calledRandom = JobSecret.randomBytes();
        write(ByteBuffer.allocate(ANSWER_BYTES).put(calledRandom).put(proof(CALLED_PROOF)));
        expect(Next.CONFIRMATION);
    }

    private void confirm() throws IOException {
        calledRandom = take();
        prove(CALLED_PROOF, take());
        write(ByteBuffer.allocate(CONFIRMATION_BYTES).put(proof(CALLER_PROOF)));
        expect(Next.NOTHING);
    }

    private byte[] take() {
        byte[] part = new byte[JobSecret.BYTES];
        in.get(part);
        return part;
    }

    private void prove(String purpose, byte[] proof) throws NoProofException {
        if (!JobSecret.same(proof, proof(purpose))) {
            throw new NoProofException();
        }
    }

    /** Key of what this side sends, or of what the other does. */
    long key(boolean own) {
        return ByteBuffer.wrap(proof(own == caller ? CALLER_KEY : CALLED_KEY)).getLong();
    }

    private byte[] proof(String purpose) {
        int from = caller ? node : peer;
        int to = caller ? peer : node;
        return secret.proof(purpose, new int[] {from, to, nodes}, callerRandom, calledRandom);
    }

    /** A new connection takes so few bytes at once. */
    private void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes.flip());
        if (bytes.hasRemaining()) {
            throw new IOException("the connection does not take its first bytes");
        }
    }

    /** The other side does not know the secret of this job. */
    static final class NoProofException extends IOException {
        private static final long serialVersionUID = 1L;

        NoProofException() {
            super("it does not know the secret of the job");
        }
    }
}
