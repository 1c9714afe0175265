package flotilla.control;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;

/** Where a process of a job is asked. One thread answers everybody; it waits in the kernel while nobody asks. */
public final class ControlServer implements AutoCloseable {
    /** Answers requests of one name. */
    public interface Handler {
        /**
         * On the server's thread, which answers nobody else meanwhile.
         *
         * @throws ControlException with the reason why it cannot be answered
         */
        JsonObject answer(JsonObject request) throws ControlException;
    }

    /** Conversations at a time; whoever comes then is turned away. */
    private static final int MOST_CONVERSATIONS = 16;
    /** Tries to open a socket in a folder that the job before may just be removing. */
    private static final int TRIES = 5;

    private final Supplier<Map<String, Handler>> handlers;
    private final Duration delay;
    private final Consumer<String> trouble;
    private final Thread thread;
    /** Null before it is open. Under this object's lock, as all that follows. */
    private JobSocket socket;
    private Selector selector;
    private boolean closed;

    private ControlServer(Supplier<Map<String, Handler>> handlers, Duration delay, Consumer<String> trouble) {
        this.handlers = handlers;
        this.delay = delay;
        this.trouble = trouble;
        this.thread = Thread.ofPlatform().daemon().name("control").unstarted(this::run);
    }

    /**
     * Opens the socket of this process on a thread made for that.
     *
     * @param handlers by name; asked on that thread, so that the caller need not wait while they are made
     * @param delay    until the socket is opened: a job that ends before has nothing to show, and shall not wait for this
     * @param trouble  is told, in a line, why there will be no socket
     */
    public static ControlServer start(Supplier<Map<String, Handler>> handlers, Duration delay, Consumer<String> trouble) {
        var server = new ControlServer(handlers, delay, trouble);
        server.thread.start();
        return server;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void run() {
        long begin = System.nanoTime();
        for (long left = delay.toNanos(); left > 0 && !isClosed(); left = begin + delay.toNanos() - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        try (ServerSocketChannel listener = open()) {
            if (listener != null) {
                serve(listener, JobFolder.user(), handlers.get());
            }
        } catch (IOException | ControlException reason) {
            if (!isClosed()) {
                trouble.accept("flotilla ps will not find this job: " + reason.getMessage());
            }
        } finally {
            close();
        }
    }

    /** Null when there is no need any more. */
    private synchronized ServerSocketChannel open() throws IOException, ControlException {
        if (closed) {
            return null;
        }
        Path folder = JobFolder.own();
        JobSocket own = JobSocket.ofThisProcess(folder);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        for (int i = 1; socket == null; i++) {
            JobFolder.make(folder);
            try {
                listener.bind(UnixDomainSocketAddress.of(own.path()));
                socket = own;
            } catch (IOException failure) {
                if (i == TRIES || Files.exists(folder)) {
                    listener.close();
                    throw failure;
                }
            }
        }
        CloseOnExec.set(own.path());
        listener.configureBlocking(false);
        selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        return listener;
    }

    private void serve(ServerSocketChannel listener, UserPrincipal user, Map<String, Handler> known) throws IOException {
        while (!isClosed()) {
            long now = System.nanoTime();
            long patience = Long.MAX_VALUE;
            for (SelectionKey key : new ArrayList<>(selector.keys())) {
                if (key.attachment() instanceof Conversation conversation) {
                    long left = conversation.deadline() - now;
                    if (left <= 0) {
                        end(key, conversation);
                    } else {
                        patience = Math.min(patience, left);
                    }
                }
            }
            selector.select(key -> handle(key, listener, user, known), patience == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(patience) + 1);
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private void handle(SelectionKey key, ServerSocketChannel listener, UserPrincipal user, Map<String, Handler> known) {
        if (key.attachment() instanceof Conversation conversation) {
            try {
                if (conversation.advance()) {
                    key.interestOps(conversation.isAnswering() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                    return;
                }
            } catch (IOException gone) {
                // Who asked has gone.
            }
            end(key, conversation);
            return;
        }
        try {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            // Keys that have been cancelled are still among these: somebody may be turned away in vain.
            if (selector.keys().size() > MOST_CONVERSATIONS || !channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(user)) {
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Conversation(channel, known));
        } catch (IOException failure) {
            // As when there are no more descriptors: the next one may have more luck, but not at once.
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private static void end(SelectionKey key, Conversation conversation) {
        key.cancel();
        try {
            conversation.close();
        } catch (IOException gone) {
            // It is over either way.
        }
    }

    /** Takes the socket away. Any thread, more than once. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (selector != null) {
            selector.wakeup();
        }
        if (socket != null) {
            try {
                socket.remove();
            } catch (IOException left) {
                // The next `flotilla ps` takes it away.
            }
            socket = null;
        }
    }
}
