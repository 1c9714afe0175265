package flotilla.balance;

import java.util.Arrays;
import java.util.Random;

/** Loads of all kinds: empty ones, of one rank, on one PE, without work, with huge work, with PEs of several speeds. */
public final class RandomLoad {
    public static Load of(Random random) {
        return of(random, shape(random, 80), shape(random, 12));
    }

    public static Load of(Random random, int ranks, int count) {
        Pes pes = pes(random, count);
        var work = new double[ranks];
        var places = new int[ranks];
        var bytes = new long[ranks];
        var movable = new boolean[ranks];
        int kind = random.nextInt(5);
        boolean allMove = random.nextBoolean();
        boolean together = random.nextInt(3) == 0;
        for (int rank = 0; rank < ranks; rank++) {
            work[rank] = work(random, kind);
            places[rank] = together ? 0 : random.nextInt(count);
            bytes[rank] = random.nextInt(4) == 0 ? 0 : random.nextLong(Load.MOST_BYTES + 1);
            movable[rank] = allMove || random.nextBoolean();
        }
        return new Load(1 + random.nextLong(Load.MOST_NANOS), work, places, bytes, movable, traffic(random, ranks), pes);
    }

    /** Work in whole ns, as it is in traces. */
    private static double work(Random random, int kind) {
        return switch (kind) {
            case 0 -> 0;
            case 1 -> Load.MOST_WORK;
            case 2 -> 1_000_000;
            case 3 -> random.nextInt(10);
            default -> Math.rint(Math.pow(2, 50 * random.nextDouble()));
        };
    }

    private static int shape(Random random, int most) {
        return most > 12 ? random.nextInt(8) == 0 ? random.nextInt(2) : random.nextInt(most + 1) : 1 + random.nextInt(most);
    }

    private static Pes pes(Random random, int count) {
        int nodes = 1 + random.nextInt(count);
        Pes alike = Pes.alike(count, nodes);
        if (random.nextBoolean()) {
            return alike;
        }
        var speed = new double[count];
        var background = new long[count];
        var idle = new long[count];
        for (int pe = 0; pe < count; pe++) {
            speed[pe] = random.nextBoolean() ? 1 : Math.pow(10, 4 * random.nextDouble() - 2);
            background[pe] = random.nextBoolean() ? 0 : random.nextLong(1 << 30);
            idle[pe] = random.nextLong(1 << 30);
        }
        return new Pes(alike.node(), speed, background, idle);
    }

    private static Traffic traffic(Random random, int ranks) {
        var offsets = new int[ranks + 1];
        int degree = random.nextInt(5);
        var peers = new int[ranks * ranks];
        int count = 0;
        for (int rank = 0; rank < ranks; rank++) {
            for (int peer = 0; peer < ranks; peer++) {
                if (peer != rank && random.nextInt(ranks) < degree) {
                    peers[count++] = peer;
                }
            }
            offsets[rank + 1] = count;
        }
        var messages = new long[count];
        var bytes = new long[count];
        Arrays.setAll(messages, i -> random.nextInt(1000));
        Arrays.setAll(bytes, i -> random.nextInt(8) == 0 ? Traffic.MOST : random.nextInt(1 << 20));
        return new Traffic(offsets, Arrays.copyOf(peers, count), messages, bytes);
    }

    private RandomLoad() {}
}
