package flotilla.balance;

/**
 * The PEs of a job. Arrays are taken over, not copied: who has given them changes them no more.
 *
 * @param node number of the node that each belongs to; nodes are numbered from 0 without gaps
 * @param speed work that each does in the time in which a reference PE does 1; more than 0, at most {@value #HIGHEST_SPEED}
 * @param background ns of the interval that other programs have taken of each
 * @param idle ns of the interval in which each had no rank to run
 */
public record Pes(int[] node, double[] speed, long[] background, long[] idle) {
    public static final double LOWEST_SPEED = 1e-6;
    public static final double HIGHEST_SPEED = 1e9;

    /** @throws IllegalArgumentException when lengths differ, there is no PE, or a value is out of its range */
    public Pes {
        int count = node.length;
        if (count == 0 || speed.length != count || background.length != count || idle.length != count) {
            throw new IllegalArgumentException("there is no PE, or not each has all of its values");
        }
        var peopled = new boolean[count];
        for (int pe = 0; pe < count; pe++) {
            if (node[pe] < 0 || node[pe] >= count) {
                throw new IllegalArgumentException("PE " + pe + " is on node " + node[pe] + " of at most " + count);
            }
            peopled[node[pe]] = true;
            if (!(speed[pe] >= LOWEST_SPEED && speed[pe] <= HIGHEST_SPEED)) {
                throw new IllegalArgumentException("PE " + pe + " has speed " + speed[pe]);
            }
            if (background[pe] < 0 || background[pe] > Load.MOST_NANOS || idle[pe] < 0 || idle[pe] > Load.MOST_NANOS) {
                throw new IllegalArgumentException("PE " + pe + " has a time that is negative or more than a century");
            }
        }
        for (int i = 1; i < count; i++) {
            if (peopled[i] && !peopled[i - 1]) {
                throw new IllegalArgumentException("node " + (i - 1) + " has no PE");
            }
        }
        if (!peopled[0]) {
            throw new IllegalArgumentException("node 0 has no PE");
        }
    }

    /** PEs of equal speed without other load, in nodes of equal size as far as the count allows. */
    public static Pes alike(int count, int nodes) {
        var node = new int[count];
        var speed = new double[count];
        for (int pe = 0; pe < count; pe++) {
            node[pe] = (int) ((long) pe * nodes / count);
            speed[pe] = 1;
        }
        return new Pes(node, speed, new long[count], new long[count]);
    }

    public int count() {
        return node.length;
    }

    public int nodes() {
        int highest = 0;
        for (int one : node) {
            highest = Math.max(highest, one);
        }
        return highest + 1;
    }

    public double fastest() {
        double fastest = 0;
        for (double one : speed) {
            fastest = Math.max(fastest, one);
        }
        return fastest;
    }

    double totalSpeed() {
        double total = 0;
        for (double one : speed) {
            total += one;
        }
        return total;
    }

    /** Each node as one PE. */
    Pes byNode() {
        int nodes = nodes();
        var numbers = new int[nodes];
        var speeds = new double[nodes];
        var others = new double[nodes];
        var waiting = new double[nodes];
        for (int pe = 0; pe < node.length; pe++) {
            speeds[node[pe]] += speed[pe];
            others[node[pe]] += background[pe] * speed[pe];
            waiting[node[pe]] += idle[pe] * speed[pe];
        }
        var background = new long[nodes];
        var idle = new long[nodes];
        for (int i = 0; i < nodes; i++) {
            numbers[i] = i;
            background[i] = (long) (others[i] / speeds[i]);
            idle[i] = (long) (waiting[i] / speeds[i]);
            speeds[i] = Math.min(speeds[i], HIGHEST_SPEED);
        }
        return new Pes(numbers, speeds, background, idle);
    }
}
