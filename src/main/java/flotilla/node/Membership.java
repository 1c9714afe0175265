package flotilla.node;

import flotilla.image.LoadException;
import flotilla.memory.AddressSpaceException;
import flotilla.pmi.JobProof;
import flotilla.pmi.PmiException;
import flotilla.pmi.ProcessManager;
import flotilla.pmi.ProcessManagers;
import flotilla.transport.TransportException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * This node as one of a job's. What nodes have to agree on before there is a transport between them goes through the process
 * manager: all nodes call the same methods of this class in the same order, on one thread.
 */
public final class Membership {
    /** What a job that can't start exits with, as with any bad input. */
    private static final int REFUSED = 2;
    private static final String AGREES = "+";

    private final ProcessManager manager;
    private final boolean launched;
    private final List<NodeIdentity> identities;
    private final String secret;

    private Membership(ProcessManager manager, boolean launched, List<NodeIdentity> identities, String secret) {
        this.manager = manager;
        this.launched = launched;
        this.identities = identities;
        this.secret = secret;
    }

    /** Of a job with one node, that nothing but its user has started. */
    public static Membership alone() {
        return new Membership(null, false, List.of(), null);
    }

    /**
     * Joins the job of the process manager that has started this process.
     *
     * @throws PmiException when that is not possible
     */
    public static Membership join(Map<String, String> environment) {
        NodeIdentity own = NodeIdentity.own();
        return of(ProcessManagers.join(environment, own.host(), own.process()), environment.get(ProcessManagers.SECRET));
    }

    /** @param secret of the job; null when the process manager is not our launcher, and has none for us */
    static Membership of(ProcessManager manager, String secret) {
        NodeIdentity own = NodeIdentity.own();
        boolean first = manager.node() == 0;
        // Who started us has no secret for us: then whoever can read the process manager's store is one of us.
        String drawn = secret != null || !first ? "" : JobProof.newSecret();
        List<NodeIdentity> identities = new ArrayList<>();
        List<String> texts = exchange(manager, "node", drawn + " " + own.text());
        for (String text : texts) {
            identities.add(NodeIdentity.parse(text.substring(text.indexOf(' ') + 1)));
        }
        return new Membership(manager, secret != null, List.copyOf(identities),
                secret != null ? secret : texts.getFirst().substring(0, texts.getFirst().indexOf(' ')));
    }

    /** The number of this node: 0 to {@link #nodes} - 1. */
    public int node() {
        return manager == null ? 0 : manager.node();
    }

    /** Nodes of the job. */
    public int nodes() {
        return manager == null ? 1 : manager.nodes();
    }

    /** Whether there are no other nodes. */
    public boolean isAlone() {
        return nodes() == 1;
    }

    /** Whether a process manager has started this node, be it the only one, and waits for what it says. */
    public boolean isManaged() {
        return manager != null;
    }

    /** Whether our own launcher has started the nodes: the terminal's signals and the time limit are its own affair then. */
    public boolean isLaunched() {
        return launched;
    }

    /** Numbers of the job's processes, by node, each on its host. */
    public List<Long> processes() {
        return identities.isEmpty() ? List.of(ProcessHandle.current().pid()) : identities.stream().map(NodeIdentity::process).toList();
    }

    /** What all nodes of the job know and nobody else; null when there is one. */
    public String secret() {
        return secret;
    }

    public NodeIdentity identity(int node) {
        return identities.get(node);
    }

    /** Where other nodes of the job can reach this one. */
    InetAddress address() {
        return manager.address() != null ? manager.address()
                : identities.stream().allMatch(identities.getFirst()::sharesNetwork)
                        ? InetAddress.getLoopbackAddress() : NetworkAddress.own();
    }

    /** By node the first node on its host, which stands for that. */
    int[] hosts() {
        List<String> names = identities.stream().map(NodeIdentity::host).toList();
        return names.stream().mapToInt(names::indexOf).toArray();
    }

    /** A node, for people. */
    public String describe(int node) {
        return "node " + node + " (" + identities.get(node).host() + ", process " + identities.get(node).process() + ")";
    }

    /**
     * This node's share of the cores that it may run on: nodes of the same host with the same cores have equal parts, one at
     * least.
     */
    public int cores() {
        int sharing = manager == null ? 1 : (int) identities.stream().filter(identities.get(node())::sharesCores).count();
        return Math.max(1, Runtime.getRuntime().availableProcessors() / sharing);
    }

    /**
     * Tells all nodes something and answers what each has told, by node.
     *
     * @param topic what it is about; another one at each call
     */
    public List<String> exchange(String topic, String value) {
        return manager == null ? List.of(value) : exchange(manager, topic, value);
    }

    private static List<String> exchange(ProcessManager manager, String topic, String value) {
        manager.put(topic, value);
        manager.barrier();
        List<String> values = new ArrayList<>();
        for (int node = 0; node < manager.nodes(); node++) {
            String told = node == manager.node() ? value : manager.get(node, topic);
            if (told == null) {
                throw new PmiException("node " + node + " has not told its " + topic + "; do all nodes run the same version of Flotilla?");
            }
            values.add(told);
        }
        return values;
    }

    /**
     * Does something that each node does for itself and that fails for a user's reason. When it has on some nodes, it fails on
     * all of them: node 0 tells the reason, and which node's it is unless all have the same.
     *
     * @throws RefusedException then
     */
    public <T> T together(String topic, Supplier<T> action) {
        if (manager == null) {
            return action.get();
        }
        T result = null;
        String verdict = AGREES;
        try {
            result = action.get();
        } catch (LoadException | AddressSpaceException | TransportException e) {
            verdict = e.getMessage();
        }
        refuse(exchange(topic, verdict));
        return result;
    }

    private void refuse(List<String> verdicts) {
        for (int node = 0; node < verdicts.size(); node++) {
            String verdict = verdicts.get(node);
            if (!verdict.equals(AGREES)) {
                boolean all = verdicts.stream().allMatch(verdict::equals);
                throw refused(all ? verdict : describe(node) + ": " + verdict);
            }
        }
    }

    /** For what all nodes have noticed alike; only one tells it. */
    RefusedException refused(String message) {
        return new RefusedException(node() == 0 ? message : null);
    }

    /**
     * Sees to it that something is the same on all nodes.
     *
     * @param what the subject of the message, as in "the program's options"
     * @throws RefusedException when it is not
     */
    public void requireSame(String topic, String what, String value, String remedy) {
        List<String> values = exchange(topic, value);
        for (int node = 1; node < values.size(); node++) {
            if (!values.get(node).equals(values.getFirst())) {
                throw refused(what + " differ between " + describe(0) + ": " + values.getFirst() + ", and " + describe(node) + ": "
                        + values.get(node) + "; " + remedy);
            }
        }
    }

    /** From now on the listener is told what happens to the job outside of this node. */
    void listen(ProcessManager.Listener listener) {
        if (manager != null) {
            manager.listen(listener);
        }
    }

    /** Ends the other nodes. Any thread. */
    public void abort(int status, String message) {
        if (manager != null) {
            manager.abort(status, message);
        }
    }

    /** Waits until all nodes have come here: their ranks have ended. */
    void awaitAll() {
        manager.barrier();
    }

    /** Tells the process manager that this node has done its part. */
    void finish() {
        manager.close();
    }

    /**
     * Takes leave after a {@link RefusedException}, which all nodes have.
     *
     * @return the exit status
     */
    public int leave() {
        manager.close();
        return REFUSED;
    }
}
