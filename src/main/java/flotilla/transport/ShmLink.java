package flotilla.transport;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import flotilla.memory.OtherProcess;
import flotilla.memory.SystemCallException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node and another one of its host. A bulk is offered; the receiver reads it from the sender's memory and says so, or has it
 * sent through the ring when the kernel does not allow that. But for {@link #sendBulk}, for who polls.
 */
final class ShmLink {
    private static final int RECORDS_AT_ONCE = 256;
    private static final int CHUNKS_AT_ONCE = 64;
    private static final long READ_AT_ONCE = 1 << 20;
    /** Content of a chunk. */
    private static final int CHUNK = 16 << 10;
    private static final int EPERM = 1;
    private static final int ESRCH = 3;

    private record Offer(long number, Bulk bulk) {}

    private record Reply(int kind, long number) {}

    /** A bulk that arrives. */
    private static final class Incoming {
        final long number;
        final long key;
        final long bytes;
        /** In the other node. */
        final long address;
        /** 0: dropped. */
        long target;
        long arrived;

        Incoming(long number, long key, long bytes, long address, long target) {
            this.number = number;
            this.key = key;
            this.bytes = bytes;
            this.address = address;
            this.target = target;
        }
    }

    final int node;
    final OtherProcess process;
    final ShmSender sender;
    private final ShmReceiver receiver;
    private final Traffic received = new Traffic();
    /** Whether the kernel lets this process read that one's memory. */
    boolean readable;
    private volatile boolean gone;

    // Bulks that leave. Numbers are this node's for that other one.
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Bulk> offered = new ConcurrentHashMap<>();
    private final Queue<Offer> unsent = new ConcurrentLinkedQueue<>();
    private final SpinLock offering = new SpinLock();
    private final ArrayDeque<Offer> pulled = new ArrayDeque<>();

    // Bulks that arrive.
    private final ArrayDeque<Incoming> reading = new ArrayDeque<>();
    private final Map<Long, Incoming> pulling = new HashMap<>();
    private final ArrayDeque<Reply> replies = new ArrayDeque<>();

    /** Room for the content of an offer, guarded by offering, and of a reply. */
    private final long offerRoom = Mapping.map(0, Mapping.PAGE_SIZE, Mapping.PROT_READ | Mapping.PROT_WRITE,
            Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
    private final long replyRoom = offerRoom + ShmRecord.OFFER_BYTES;

    ShmLink(int node, OtherProcess process, boolean readable, ShmSender sender, ShmReceiver receiver) {
        this.node = node;
        this.process = process;
        this.readable = readable;
        this.sender = sender;
        this.receiver = receiver;
    }

    boolean isGone() {
        return gone;
    }

    TransportCounters counters() {
        return Traffic.counters(sender.sent, received);
    }

    /** Any thread. Whether the offer has been sent; if not, who polls must. */
    boolean sendBulk(Bulk bulk) {
        if (!sender.accept(bulk.bytes)) {
            bulk.done.run();
            return true;
        }
        long number = numbers.incrementAndGet();
        offered.put(number, bulk);
        unsent.add(new Offer(number, bulk));
        if (gone && offered.remove(number) != null) {
            bulk.done.run();
            return true;
        }
        sendOffers();
        return unsent.isEmpty();
    }

    private boolean sendOffers() {
        boolean any = false;
        if (offering.tryLock()) {
            try {
                for (Offer offer = unsent.peek(); offer != null; offer = unsent.peek()) {
                    Memory.putLong(offerRoom, offer.number);
                    Memory.putLong(offerRoom + 8, offer.bulk.key);
                    Memory.putLong(offerRoom + 16, offer.bulk.bytes);
                    Memory.putLong(offerRoom + 24, offer.bulk.address);
                    if (!sender.send(ShmRecord.OFFER, offerRoom, ShmRecord.OFFER_BYTES, 0, 0)) {
                        break;
                    }
                    unsent.remove();
                    any = true;
                }
            } finally {
                offering.unlock();
            }
        }
        return any;
    }

    /** Whether a record has arrived. */
    boolean hasArrived() {
        return !gone && receiver.next() != 0;
    }

    /** Whether there is something to do that no record tells of. */
    boolean hasWork() {
        return !unsent.isEmpty() || !replies.isEmpty() || !pulled.isEmpty() || !reading.isEmpty();
    }

    /** Whether the other node has not had all yet, or waits for an answer. */
    boolean hasOutgoing() {
        return !offered.isEmpty() || !replies.isEmpty();
    }

    boolean poll(Receiver to) {
        boolean any = false;
        for (int i = 0; i < RECORDS_AT_ONCE && !gone; i++) {
            long word = receiver.next();
            if (word == 0) {
                break;
            }
            any = true;
            handOut(word, to);
        }
        return !gone && hasWork() ? work(to) | any : any;
    }

    private void handOut(long word, Receiver to) {
        int length = ShmRecord.length(word);
        if (length < 0 || length > ShmTransport.MAX_FRAME) {
            lost("it has sent a record of an impossible length, " + length, to);
            return;
        }
        long content = receiver.content();
        boolean right = switch (ShmRecord.kind(word)) {
            case ShmRecord.FRAME -> {
                to.frame(node, content, length);
                received.frame(length);
                yield true;
            }
            case ShmRecord.OFFER -> length == ShmRecord.OFFER_BYTES && offered(content, to);
            case ShmRecord.PULL -> length == Long.BYTES && pulled(Memory.getLong(content));
            case ShmRecord.CHUNK -> length >= Long.BYTES && chunk(content, length - Long.BYTES, to);
            case ShmRecord.DONE -> length == Long.BYTES && done(Memory.getLong(content));
            case ShmRecord.GOODBYE -> {
                end();
                yield true;
            }
            default -> false;
        };
        if (!right) {
            lost("it has sent what is no record", to);
        }
        receiver.take(length);
    }

    private boolean offered(long content, Receiver to) {
        long number = Memory.getLong(content);
        long key = Memory.getLong(content + 8);
        long bytes = Memory.getLong(content + 16);
        long address = Memory.getLong(content + 24);
        if (bytes < 0) {
            return false;
        }
        var bulk = new Incoming(number, key, bytes, address, to.bulkTarget(node, key, bytes));
        if (bulk.target == 0 || bytes == 0) {
            arrived(bulk, to);
        } else if (readable) {
            reading.add(bulk);
        } else {
            pull(bulk);
        }
        return true;
    }

    private void arrived(Incoming bulk, Receiver to) {
        if (bulk.target != 0) {
            to.bulkArrived(node, bulk.key, bulk.bytes);
        }
        received.bulk(bulk.bytes);
        replies.add(new Reply(ShmRecord.DONE, bulk.number));
    }

    private void pull(Incoming bulk) {
        bulk.arrived = 0;
        pulling.put(bulk.number, bulk);
        replies.add(new Reply(ShmRecord.PULL, bulk.number));
    }

    private boolean pulled(long number) {
        Bulk bulk = offered.get(number);
        if (bulk != null) {
            pulled.add(new Offer(number, bulk));
        }
        return bulk != null;
    }

    private boolean chunk(long content, int bytes, Receiver to) {
        Incoming bulk = pulling.get(Memory.getLong(content));
        if (bulk == null || bytes > bulk.bytes - bulk.arrived) {
            return false;
        }
        if (bulk.target != 0 && bytes > 0) {
            Memory.copy(content + Long.BYTES, bulk.target + bulk.arrived, bytes);
        }
        bulk.arrived += bytes;
        if (bulk.arrived == bulk.bytes) {
            pulling.remove(bulk.number);
            arrived(bulk, to);
        }
        return true;
    }

    private boolean done(long number) {
        Bulk bulk = offered.remove(number);
        if (bulk != null) {
            bulk.done.run();
        }
        return bulk != null;
    }

    private boolean work(Receiver to) {
        boolean any = sendOffers();
        if (!reading.isEmpty()) {
            any = true;
            read(reading.peek(), to);
        }
        any |= sendReplies();
        for (int i = 0; i < CHUNKS_AT_ONCE && !pulled.isEmpty() && sendChunk(pulled.peek()); i++) {
            any = true;
        }
        return any;
    }

    private boolean sendReplies() {
        boolean any = false;
        for (Reply reply = replies.peek(); reply != null; reply = replies.peek()) {
            Memory.putLong(replyRoom, reply.number);
            if (!sender.send(reply.kind, replyRoom, Long.BYTES, 0, 0)) {
                break;
            }
            replies.remove();
            any = true;
        }
        return any;
    }

    private boolean sendChunk(Offer offer) {
        Bulk bulk = offer.bulk;
        int bytes = (int) Math.min(CHUNK, bulk.bytes - bulk.sent);
        Memory.putLong(replyRoom, offer.number);
        if (!sender.send(ShmRecord.CHUNK, replyRoom, Long.BYTES, bulk.address + bulk.sent, bytes)) {
            return false;
        }
        bulk.sent += bytes;
        if (bulk.sent == bulk.bytes) {
            pulled.remove();
        }
        return true;
    }

    private void read(Incoming bulk, Receiver to) {
        long bytes = Math.min(READ_AT_ONCE, bulk.bytes - bulk.arrived);
        try {
            process.read(bulk.address + bulk.arrived, bulk.target + bulk.arrived, bytes);
        } catch (SystemCallException e) {
            reading.remove();
            if (e.errno() == EPERM) {
                readable = false;
                pull(bulk);
            } else if (e.errno() != ESRCH) { // that it has ended is found out, and told, in its turn
                lost("a bulk of " + bulk.bytes + " bytes can't be read: " + e.getMessage(), to);
            }
            return;
        }
        bulk.arrived += bytes;
        if (bulk.arrived == bulk.bytes) {
            reading.remove();
            arrived(bulk, to);
        }
    }

    /** From now on nothing is written to the targets of bulks. */
    void dropIncoming() {
        Receiver nobody = new Nobody();
        for (Incoming bulk = reading.poll(); bulk != null; bulk = reading.poll()) {
            bulk.target = 0;
            arrived(bulk, nobody);
        }
        pulling.values().forEach(bulk -> bulk.target = 0);
    }

    /** Hands out all that has arrived from a process that has ended, and then tells that. */
    void ended(Receiver to) {
        while (hasArrived()) {
            poll(to);
        }
        lost("its process, " + process.pid() + ", has ended", to);
    }

    private void lost(String reason, Receiver to) {
        if (!gone) {
            end();
            to.lost(node, reason);
        }
    }

    /** Sends and receives nothing any more; bulks are done. */
    void end() {
        gone = true;
        sender.close();
        unsent.clear();
        pulled.clear();
        reading.clear();
        replies.clear();
        offered.keySet().forEach(this::done);
    }

    void free() {
        // Never unlocked: who comes late finds it locked and goes away.
        offering.lock();
        Mapping.unmap(offerRoom, Mapping.PAGE_SIZE);
    }
}
