package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;

/**
 * The two queues of a receiver: receives that wait for a message (posted) and messages that wait for a receive
 * (unexpected). Matching is on (context, source, tag) in the order of posting and arrival (MPI-3.1 section 3.5).
 *
 * <p>Receives without wildcards are hashed on all three; those with a wildcard stand in one list in their order, and the
 * older of the two candidates wins. Messages are hashed likewise and also stand in one list in order of arrival, which a
 * receive with a wildcard walks. Nothing is allocated but when the tables grow.
 */
final class MatchQueues implements Serializable {
    private static final int FIRST_BUCKETS = 16;

    private long nextOrder;

    private ReceiveRequest[] postedFirst = new ReceiveRequest[FIRST_BUCKETS];
    private ReceiveRequest[] postedLast = new ReceiveRequest[FIRST_BUCKETS];
    private int posted;
    private ReceiveRequest wildcardFirst;
    private ReceiveRequest wildcardLast;

    private Message[] unexpectedFirst = new Message[FIRST_BUCKETS];
    private Message[] unexpectedLast = new Message[FIRST_BUCKETS];
    private int unexpected;
    private Message oldest;
    private Message newest;

    /** The queues in another process: what is in them, in order. Links would lead deep. */
    private static final class Carried implements Serializable {
        final ReceiveRequest[] posted;
        final Message[] unexpected;

        Carried(ReceiveRequest[] posted, Message[] unexpected) {
            this.posted = posted;
            this.unexpected = unexpected;
        }

        private Object readResolve() {
            var queues = new MatchQueues();
            for (ReceiveRequest receive : posted) {
                queues.post(receive);
            }
            for (Message message : unexpected) {
                queues.keep(message);
            }
            return queues;
        }
    }

    private Object writeReplace() {
        return new Carried(postedInOrder(), unexpectedInOrder());
    }

    private ReceiveRequest[] postedInOrder() {
        var all = new ArrayList<ReceiveRequest>();
        for (ReceiveRequest first : postedFirst) {
            for (ReceiveRequest receive = first; receive != null; receive = receive.next) {
                all.add(receive);
            }
        }
        for (ReceiveRequest receive = wildcardFirst; receive != null; receive = receive.next) {
            all.add(receive);
        }
        all.sort(Comparator.comparingLong(receive -> receive.order));
        return all.toArray(new ReceiveRequest[0]);
    }

    /** Oldest first. */
    Message[] unexpectedInOrder() {
        var all = new Message[unexpected];
        int count = 0;
        for (Message message = oldest; message != null; message = message.nextInOrder) {
            all[count++] = message;
        }
        return all;
    }

    private static int hash(long context, int source, int tag) {
        int h = (int) (context ^ context >>> 32) * 0x9E3779B1 + source * 0x85EBCA6B + tag * 0xC2B2AE35;
        return h ^ (h >>> 15);
    }

    private static boolean isWildcard(ReceiveRequest receive) {
        return receive.fromSource == StandardAbi.ANY_SOURCE || receive.withTag == StandardAbi.ANY_TAG;
    }

    /** Whether a receive for {@code fromSource} and {@code withTag}, or any, is for such a message; both in the same context. */
    private static boolean matches(int fromSource, int withTag, int source, int tag) {
        return (fromSource == StandardAbi.ANY_SOURCE || fromSource == source) && (withTag == StandardAbi.ANY_TAG || withTag == tag);
    }

    /** Messages waiting for a receive. */
    int unexpectedCount() {
        return unexpected;
    }

    // Receives.

    void post(ReceiveRequest receive) {
        receive.order = nextOrder++;
        receive.posted = true;
        receive.next = null;
        if (isWildcard(receive)) {
            receive.previous = wildcardLast;
            if (wildcardLast == null) {
                wildcardFirst = receive;
            } else {
                wildcardLast.next = receive;
            }
            wildcardLast = receive;
            return;
        }
        if (posted++ > 2 * postedFirst.length) {
            growPosted();
        }
        appendPosted(receive);
    }

    /** Puts back a receive that {@link #takePosted} answered last, in its old place: it is the oldest that matched. */
    void postAgain(ReceiveRequest receive) {
        receive.posted = true;
        if (isWildcard(receive)) {
            ReceiveRequest after = wildcardFirst;
            while (after != null && after.order < receive.order) {
                after = after.next;
            }
            receive.next = after;
            receive.previous = after == null ? wildcardLast : after.previous;
            if (receive.previous == null) {
                wildcardFirst = receive;
            } else {
                receive.previous.next = receive;
            }
            if (after == null) {
                wildcardLast = receive;
            } else {
                after.previous = receive;
            }
            return;
        }
        posted++;
        int bucket = hash(receive.context, receive.fromSource, receive.withTag) & (postedFirst.length - 1);
        ReceiveRequest first = postedFirst[bucket];
        receive.previous = null;
        receive.next = first;
        if (first == null) {
            postedLast[bucket] = receive;
        } else {
            first.previous = receive;
        }
        postedFirst[bucket] = receive;
    }

    private void appendPosted(ReceiveRequest receive) {
        int bucket = hash(receive.context, receive.fromSource, receive.withTag) & (postedFirst.length - 1);
        ReceiveRequest last = postedLast[bucket];
        receive.previous = last;
        receive.next = null;
        if (last == null) {
            postedFirst[bucket] = receive;
        } else {
            last.next = receive;
        }
        postedLast[bucket] = receive;
    }

    private void growPosted() {
        ReceiveRequest[] old = postedFirst;
        postedFirst = new ReceiveRequest[4 * old.length];
        postedLast = new ReceiveRequest[4 * old.length];
        for (ReceiveRequest receive : old) {
            while (receive != null) {
                ReceiveRequest next = receive.next;
                appendPosted(receive);
                receive = next;
            }
        }
    }

    void withdraw(ReceiveRequest receive) {
        receive.posted = false;
        ReceiveRequest previous = receive.previous;
        ReceiveRequest next = receive.next;
        boolean wildcard = isWildcard(receive);
        int bucket = wildcard ? 0 : hash(receive.context, receive.fromSource, receive.withTag) & (postedFirst.length - 1);
        if (previous != null) {
            previous.next = next;
        } else if (wildcard) {
            wildcardFirst = next;
        } else {
            postedFirst[bucket] = next;
        }
        if (next != null) {
            next.previous = previous;
        } else if (wildcard) {
            wildcardLast = previous;
        } else {
            postedLast[bucket] = previous;
        }
        if (!wildcard) {
            posted--;
        }
        receive.previous = null;
        receive.next = null;
    }

    /** Removes and answers the receive that a message from {@code source} with {@code tag} is for, or null. */
    ReceiveRequest takePosted(long context, int source, int tag) {
        ReceiveRequest exact = null;
        if (posted > 0) {
            exact = postedFirst[hash(context, source, tag) & (postedFirst.length - 1)];
            while (exact != null && !(exact.context == context && exact.fromSource == source && exact.withTag == tag)) {
                exact = exact.next;
            }
        }
        ReceiveRequest wildcard = wildcardFirst;
        while (wildcard != null
                && !(wildcard.context == context && matches(wildcard.fromSource, wildcard.withTag, source, tag))) {
            wildcard = wildcard.next;
        }
        ReceiveRequest found = exact == null || wildcard != null && wildcard.order < exact.order ? wildcard : exact;
        if (found != null) {
            withdraw(found);
        }
        return found;
    }

    // Messages.

    void keep(Message message) {
        message.order = nextOrder++;
        message.previousInOrder = newest;
        message.nextInOrder = null;
        if (newest == null) {
            oldest = message;
        } else {
            newest.nextInOrder = message;
        }
        newest = message;
        if (unexpected++ > 2 * unexpectedFirst.length) {
            growUnexpected();
        }
        appendUnexpected(message);
    }

    private void appendUnexpected(Message message) {
        int bucket = hash(message.context, message.source, message.tag) & (unexpectedFirst.length - 1);
        Message last = unexpectedLast[bucket];
        message.previousInBucket = last;
        message.nextInBucket = null;
        if (last == null) {
            unexpectedFirst[bucket] = message;
        } else {
            last.nextInBucket = message;
        }
        unexpectedLast[bucket] = message;
    }

    private void growUnexpected() {
        Message[] old = unexpectedFirst;
        unexpectedFirst = new Message[4 * old.length];
        unexpectedLast = new Message[4 * old.length];
        for (Message message : old) {
            while (message != null) {
                Message next = message.nextInBucket;
                appendUnexpected(message);
                message = next;
            }
        }
    }

    /** The oldest message that a receive would get, or null; it stays in the queue. */
    Message find(long context, int source, int tag) {
        if (unexpected == 0) {
            return null;
        }
        if (source == StandardAbi.ANY_SOURCE || tag == StandardAbi.ANY_TAG) {
            Message message = oldest;
            while (message != null && !(message.context == context && matches(source, tag, message.source, message.tag))) {
                message = message.nextInOrder;
            }
            return message;
        }
        Message message = unexpectedFirst[hash(context, source, tag) & (unexpectedFirst.length - 1)];
        while (message != null && !(message.context == context && message.source == source && message.tag == tag)) {
            message = message.nextInBucket;
        }
        return message;
    }

    void remove(Message message) {
        int bucket = hash(message.context, message.source, message.tag) & (unexpectedFirst.length - 1);
        Message previous = message.previousInBucket;
        Message next = message.nextInBucket;
        if (previous == null) {
            unexpectedFirst[bucket] = next;
        } else {
            previous.nextInBucket = next;
        }
        if (next == null) {
            unexpectedLast[bucket] = previous;
        } else {
            next.previousInBucket = previous;
        }
        previous = message.previousInOrder;
        next = message.nextInOrder;
        if (previous == null) {
            oldest = next;
        } else {
            previous.nextInOrder = next;
        }
        if (next == null) {
            newest = previous;
        } else {
            next.previousInOrder = previous;
        }
        message.previousInBucket = message.nextInBucket = message.previousInOrder = message.nextInOrder = null;
        unexpected--;
    }
}
