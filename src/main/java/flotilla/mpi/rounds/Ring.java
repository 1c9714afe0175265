package flotilla.mpi.rounds;

import flotilla.mpi.core.Group;
import flotilla.mpi.core.World;

/** The members of a group in a ring, those that started on one node beside each other: the order of trees' walks, too. */
public final class Ring {
    private final NodeLayout layout;
    private final int size;
    private final int index;

    /** @param member group rank of the one who looks */
    public Ring(World world, Group group, int member) {
        layout = NodeLayout.of(world, group);
        size = group.size();
        index = layout.indexOf(member);
    }

    /** The member {@code distance} places behind, which may be negative for those in front; distances to the group's size. */
    public int behind(int distance) {
        return layout.rankAt(Math.floorMod(index - distance, size));
    }
}
