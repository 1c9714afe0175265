package flotilla.node;

import flotilla.mpi.core.World;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** For tests: now and then a rank of this node is sent to another, both drawn at random. */
final class RandomMoves {
    /** @param nanos between two moves */
    static void start(Mover mover, World world, long nanos) {
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
