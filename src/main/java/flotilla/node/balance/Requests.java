package flotilla.node.balance;

import flotilla.mpi.core.Balancing;
import flotilla.mpi.core.Rank;
import flotilla.schedule.Schedule;

/** What ranks may ask of load balancing, in a job of any number of nodes. */
public final class Requests implements Balancing {
    /** Why a rank stays. */
    public static final String HAS_THREADS = "it has threads beside its main one; it can move when they have ended";

    private final Schedule schedule;
    private final int node;
    /** The number of each node's first PE, and behind the last node the number of all. */
    private final int[] firstPe;
    /** Null in a job of one node. */
    private final Balancer balancer;
    private final Refusals refusals;

    /** @param pes of each node */
    public Requests(Schedule schedule, int node, int[] pes, Balancer balancer, Refusals refusals) {
        this.schedule = schedule;
        this.node = node;
        this.balancer = balancer;
        this.refusals = refusals;
        this.firstPe = new int[pes.length + 1];
        for (int i = 0; i < pes.length; i++) {
            firstPe[i + 1] = firstPe[i] + pes[i];
        }
    }

    @Override
    public int pes() {
        return firstPe[firstPe.length - 1];
    }

    @Override
    public int pe(Rank rank) {
        return firstPe[node] + schedule.pe(rank);
    }

    @Override
    public int step(Rank rank, boolean together) {
        if (balancer == null) {
            // Inside a node there is nothing to decide: a PE without work takes ready ranks from another.
            rank.yield = true;
            return 0;
        }
        if (!together) {
            balancer.wish();
            rank.yield = true;
            return 0;
        }
        int number = ++rank.counters.steps;
        balancer.arrive();
        return rank.waitFor(new Balancing.StepWait(number));
    }

    @Override
    public int moveTo(Rank rank, int pe) {
        int to = 0;
        while (pe >= firstPe[to + 1]) {
            to++;
        }
        if (to != node) {
            balancer.wishAlone(rank, to);
            return rank.waitFor(new Balancing.MoveWait(to));
        }
        if (schedule.hasThreads(rank)) {
            refusals.tell(rank.worldRank, HAS_THREADS);
            return 0;
        }
        schedule.sendTo(rank, pe - firstPe[to]);
        // A main thread whose others have ended goes to the PE when it waits next.
        rank.yield = rank.lock == null;
        return 0;
    }

    @Override
    public int stepsDone() {
        return balancer.stepsDone();
    }

    @Override
    public boolean isSettled(Rank rank, int wanted) {
        return wanted == node || balancer.isRefused(rank);
    }

    @Override
    public void account(Rank rank) {
        schedule.account(rank);
    }
}
