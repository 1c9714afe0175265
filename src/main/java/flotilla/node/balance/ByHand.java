package flotilla.node.balance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import flotilla.control.ControlException;
import flotilla.mpi.p2p.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Moves that a person asks for ({@code flotilla migrate}): any node is asked, passes it on to the node that has the rank, and is told
 * what has come of it. {@link #answer} is for the control server's thread, everything else for the balancing thread.
 */
public final class ByHand {
    /** Name of the request. */
    public static final String NAME = "migrate";
    // Members of request and answer.
    public static final String RANK = "rank";
    public static final String NODE = "node";
    public static final String FROM = "from";
    public static final String BYTES = "bytes";
    public static final String NANOS = "nanos";
    /** A rank that has not moved until then computes. */
    private static final long PATIENCE_MILLIS = 8_000;

    /** What has come of a request. @param reason why the rank stays, or null */
    private record Outcome(int from, long bytes, long nanos, String reason) {}

    private record Asked(int origin, int number, int to) {}

    private final Network network;
    private final int ranks;
    private final Post post;
    private final Consumer<Letter> own;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Outcome>> open = new ConcurrentHashMap<>();
    /** By rank of this node. */
    private final Map<Integer, List<Asked>> asked = new HashMap<>();

    /** @param own takes letters of this node to itself */
    ByHand(Network network, int ranks, Post post, Consumer<Letter> own) {
        this.network = network;
        this.ranks = ranks;
        this.post = post;
        this.own = own;
    }

    JsonObject answer(JsonObject request) throws ControlException {
        int rank = number(request, RANK, ranks, "ranks");
        int node = number(request, NODE, network.count(), "nodes");
        int number = numbers.incrementAndGet();
        var outcome = new CompletableFuture<Outcome>();
        open.put(number, outcome);
        try {
            own.accept(new Letter(network.node(), Balancer.REQUEST, request(network.node(), number, rank, node, 0)));
            Outcome result = outcome.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (result.reason() != null) {
                throw new ControlException("rank " + rank + " stays: " + result.reason());
            }
            var answer = new JsonObject();
            answer.addProperty(FROM, result.from());
            answer.addProperty(BYTES, result.bytes());
            answer.addProperty(NANOS, result.nanos());
            return answer;
        } catch (TimeoutException late) {
            throw new ControlException("rank " + rank + " has not moved in " + PATIENCE_MILLIS / 1000
                    + " s, since it makes no MPI call; it will at its next one");
        } catch (InterruptedException | ExecutionException e) {
            throw new ControlException("the job ends");
        } finally {
            open.remove(number);
        }
    }

    private static int number(JsonObject request, String name, int count, String what) throws ControlException {
        JsonElement value = request.get(name);
        int number;
        try {
            number = value == null ? -1 : value.getAsInt();
        } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException none) {
            number = -1;
        }
        if (number < 0 || number >= count) {
            throw new ControlException("there is no " + name + " " + (value == null ? "" : value.getAsString()) + "; the job has " + count + " " + what
                    + ", from 0");
        }
        return number;
    }

    private static byte[] request(int origin, int number, int rank, int node, int hops) {
        return Letter.body(out -> {
            out.writeInt(origin);
            out.writeInt(number);
            out.writeInt(rank);
            out.writeInt(node);
            out.writeInt(hops);
        });
    }

    /** A request has come to this node. */
    void request(Letter letter, IntPredicate isHere, Moves moves) {
        letter.read(in -> {
            int origin = in.readInt();
            int number = in.readInt();
            int rank = in.readInt();
            int to = in.readInt();
            int hops = in.readInt();
            if (isHere.test(rank)) {
                if (to == network.node()) {
                    reply(origin, number, new Outcome(to, 0, 0, "it is on node " + to + " already"));
                } else {
                    asked.computeIfAbsent(rank, unused -> new ArrayList<>()).add(new Asked(origin, number, to));
                    moves.want(rank, to);
                }
            } else if (network.nodeOf(rank) == network.node() || hops > network.count()) {
                reply(origin, number, new Outcome(0, 0, 0, "it is just moving; try again"));
            } else {
                post.send(network.nodeOf(rank), Balancer.REQUEST, request(origin, number, rank, to, hops + 1));
            }
            return null;
        });
    }

    void moved(int rank, int to, long bytes, long nanos) {
        settle(rank, to, new Outcome(network.node(), bytes, nanos, null), "it has moved to node " + to + " instead");
    }

    void stayed(int rank, int to, String reason) {
        settle(rank, to, new Outcome(network.node(), 0, 0, reason), null);
    }

    /** @param otherwise what is said to who wanted the rank to be elsewhere; null when that is still open */
    private void settle(int rank, int to, Outcome outcome, String otherwise) {
        List<Asked> waiting = asked.get(rank);
        if (waiting == null) {
            return;
        }
        for (Iterator<Asked> all = waiting.iterator(); all.hasNext();) {
            Asked one = all.next();
            if (one.to() == to || otherwise != null) {
                reply(one.origin(), one.number(), one.to() == to ? outcome : new Outcome(network.node(), 0, 0, otherwise));
                all.remove();
            }
        }
        if (waiting.isEmpty()) {
            asked.remove(rank);
        }
    }

    private void reply(int origin, int number, Outcome outcome) {
        post.send(origin, Balancer.RESULT, Letter.body(out -> {
            out.writeInt(number);
            out.writeInt(outcome.from());
            out.writeLong(outcome.bytes());
            out.writeLong(outcome.nanos());
            out.writeBoolean(outcome.reason() != null);
            if (outcome.reason() != null) {
                out.writeUTF(outcome.reason());
            }
        }));
    }

    /** What has come of a request that was made at this node. */
    void result(Letter letter) {
        letter.read(in -> {
            CompletableFuture<Outcome> waiting = open.get(in.readInt());
            var outcome = new Outcome(in.readInt(), in.readLong(), in.readLong(), in.readBoolean() ? in.readUTF() : null);
            if (waiting != null) {
                waiting.complete(outcome);
            }
            return null;
        });
    }
}
