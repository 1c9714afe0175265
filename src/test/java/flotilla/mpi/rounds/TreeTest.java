package flotilla.mpi.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.mpi.StandInNodes;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Scheduler;
import flotilla.mpi.core.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Trees over members that started on several nodes. */
class TreeTest {
    private static World world(StandInNodes nodes) {
        return new World(nodes.ranks(), new Scheduler() {
            @Override
            public void wake(Rank rank) {}

            @Override
            public void abort(Rank rank, int status, String message) {}
        }, index -> "", "test", 0, nodes);
    }

    private record Job(World world, Group group, Random random) {
        static Job of(int size, int nodes, boolean scattered, long seed) {
            var random = new Random(seed);
            int[] members = IntStream.range(0, size).toArray();
            if (scattered) {
                for (int i = size - 1; i > 0; i--) {
                    int other = random.nextInt(i + 1);
                    int member = members[i];
                    members[i] = members[other];
                    members[other] = member;
                }
            }
            return new Job(TreeTest.world(StandInNodes.blocks(size, nodes)), Group.of(members), random);
        }

        int home(int rank) {
            return world.nodes.homeOf(group.worldRank(rank));
        }

        Tree tree(boolean inOrder, int width, int root, int member) {
            var tree = new Tree();
            tree.build(world, group, inOrder, width, root, member);
            return tree;
        }
    }

    @Property(tries = 300)
    void everyMemberIsReachedOnceAndKnowsItsParent(@ForAll @IntRange(min = 1, max = 70) int size, @ForAll @IntRange(min = 1, max = 9) int nodes,
            @ForAll boolean scattered, @ForAll boolean inOrder, @ForAll boolean flat, @ForAll long seed) {
        Job job = Job.of(size, nodes, scattered, seed);
        int root = job.random().nextInt(size);
        int width = flat ? Tree.FLAT : Tree.BINOMIAL;
        var walk = new ArrayList<Integer>();
        walk(job, inOrder, width, root, root, -1, walk);
        assertThat(walk).hasSize(size).doesNotHaveDuplicates();
        if (inOrder) {
            assertThat(walk).isSorted();
        }
    }

    /** In order: the children before, the member, the children behind. */
    private static void walk(Job job, boolean inOrder, int width, int root, int member, int parent, List<Integer> walk) {
        Tree tree = job.tree(inOrder, width, root, member);
        assertThat(tree.parent()).isEqualTo(parent);
        assertThat(tree.isRoot()).isEqualTo(member == root);
        for (int i = 0; i < tree.children(); i++) {
            if (i == tree.childrenBefore()) {
                walk.add(member);
            }
            walk(job, inOrder, width, root, tree.child(i), member, walk);
        }
        if (tree.childrenBefore() == tree.children()) {
            walk.add(member);
        }
    }

    @Property(tries = 200)
    void anEdgePerNodePassesBetweenNodes(@ForAll @IntRange(min = 1, max = 70) int size, @ForAll @IntRange(min = 1, max = 9) int nodes,
            @ForAll boolean scattered, @ForAll boolean flat, @ForAll long seed) {
        Job job = Job.of(size, nodes, scattered, seed);
        int root = job.random().nextInt(size);
        int between = 0;
        for (int member = 0; member < size; member++) {
            Tree tree = job.tree(false, flat ? Tree.FLAT : Tree.BINOMIAL, root, member);
            between += !tree.isRoot() && job.home(member) != job.home(tree.parent()) ? 1 : 0;
        }
        long used = IntStream.range(0, size).map(job::home).distinct().count();
        assertThat(between).isEqualTo((int) used - 1);
    }

    @Property(tries = 50)
    void treesAreLow(@ForAll @IntRange(min = 1, max = 4000) int size, @ForAll @IntRange(min = 1, max = 64) int nodes, @ForAll long seed) {
        Job job = Job.of(size, nodes, false, seed);
        int root = job.random().nextInt(size);
        int member = job.random().nextInt(size);
        int depth = 0;
        for (int at = member; at != root; at = job.tree(false, Tree.FLAT, root, at).parent()) {
            depth++;
        }
        // Down two binomial trees between nodes, and three flat levels in one.
        assertThat(depth).isLessThanOrEqualTo(2 * 7 + 3 + 1);
    }
}
