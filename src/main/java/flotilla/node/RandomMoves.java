package flotilla.node;

import flotilla.mpi.core.World;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** For tests (FLOTILLA_MIGRATION=random:MS): every MS milliseconds a rank of this node is sent to another, both drawn at random. */
final class RandomMoves {
    private static final String VARIABLE = "FLOTILLA_MIGRATION";
    private static final String RANDOM = "random:";

    static void start(Mover mover, World world) {
        String value = System.getenv(VARIABLE);
        if (value == null || !value.startsWith(RANDOM)) {
            return;
        }
        long nanos = (long) (Double.parseDouble(value.substring(RANDOM.length())) * 1e6);
        var random = new Random(world.nodes.node());
        Thread.ofPlatform().daemon().name("random moves").start(() -> {
            while (true) {
                LockSupport.parkNanos(nanos);
                int rank = random.nextInt(world.size());
                int node = random.nextInt(world.nodes.count());
                if (world.rank(rank) != null) {
                    mover.want(rank, node);
                }
            }
        });
    }

    private RandomMoves() {}
}
