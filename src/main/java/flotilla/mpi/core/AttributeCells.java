package flotilla.mpi.core;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.io.Serializable;
import java.util.BitSet;

/**
 * Guest memory for attributes that Fortran has set and C reads: C gets the address of the integer (MPI-3.1 section
 * 17.2.7, example 17.9), which must stay valid as long as the attribute.
 */
public final class AttributeCells implements Serializable {
    private final Rank rank;
    private BitSet used;

    AttributeCells(Rank rank) {
        this.rank = rank;
    }

    /** Address of a cell that holds {@code value}. */
    public long allocate(long value) {
        if (used == null) {
            used = new BitSet();
        }
        int index = used.nextClearBit(0);
        if (index >= ControlBlock.ATTRIBUTE_CELL_COUNT) {
            throw new MpiException(ErrorClass.NO_MEM, "more than " + ControlBlock.ATTRIBUTE_CELL_COUNT
                    + " attributes that were set in Fortran are read from C; set them in C");
        }
        used.set(index);
        long address = rank.mainControl + ControlBlock.ATTRIBUTE_CELLS + 8L * index;
        Memory.putLong(address, value);
        return address;
    }

    /** @param address from {@link #allocate}, or 0 */
    public void release(long address) {
        if (address != 0) {
            used.clear((int) ((address - rank.mainControl - ControlBlock.ATTRIBUTE_CELLS) / 8));
        }
    }
}
