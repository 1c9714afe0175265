package flotilla.mpi.comm;

import flotilla.mpi.core.Group;
import flotilla.mpi.group.GroupAlgebra;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What members of a communicator say in messages, as bytes. */
public final class Said {
    public static byte[] ints(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(values);
        return buffer.array();
    }

    public static int[] ints(byte[] said) {
        var values = new int[said.length / 4];
        ByteBuffer.wrap(said).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
        return values;
    }

    static byte[] group(Group group) {
        return ints(GroupAlgebra.worldRanks(group));
    }

    static Group group(byte[] said) {
        return Group.of(ints(said));
    }

    private Said() {}
}
