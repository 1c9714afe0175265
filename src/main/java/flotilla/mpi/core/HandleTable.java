package flotilla.mpi.core;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The dynamic handles of one kind in one rank: small integers that stand for objects. Canonical handles (see
 * {@link flotilla.mpi.face.Face}) below {@link #FIRST} are predefined and are kept in a table of their own.
 */
public final class HandleTable<T> implements Serializable {
    /** The first dynamic canonical handle. */
    public static final int FIRST = 0x1000;

    /** Predefined objects from canonical handle {@link #firstPredefined} on: a kind's predefined handles lie close together. */
    private transient Object[] predefined = new Object[0];
    private transient int firstPredefined;
    private Object[] objects = new Object[8];
    private int[] free = new int[8];
    private int freeCount;
    private int used;

    public void predefine(int handle, T object) {
        if (predefined.length == 0) {
            firstPredefined = handle;
        } else if (handle < firstPredefined) {
            var moved = new Object[predefined.length + firstPredefined - handle];
            System.arraycopy(predefined, 0, moved, firstPredefined - handle, predefined.length);
            predefined = moved;
            firstPredefined = handle;
        }
        int index = handle - firstPredefined;
        if (index >= predefined.length) {
            predefined = Arrays.copyOf(predefined, index + 1);
        }
        predefined[index] = object;
    }

    /** Shares {@code other}'s predefined objects, which must not change afterwards: they are the same in every rank. */
    public void sharePredefined(HandleTable<T> other) {
        predefined = other.predefined;
        firstPredefined = other.firstPredefined;
    }

    /** Takes over the dynamic handles of {@code other}, which is not used any more. */
    public void adopt(HandleTable<T> other) {
        objects = other.objects;
        free = other.free;
        freeCount = other.freeCount;
        used = other.used;
    }

    /** The object of a canonical handle, or null. */
    @SuppressWarnings("unchecked") // only T's are put in
    public T get(int handle) {
        int index = handle - FIRST;
        if (index >= 0) {
            return index < used ? (T) objects[index] : null;
        }
        index = handle - firstPredefined;
        return index >= 0 && index < predefined.length ? (T) predefined[index] : null;
    }

    /** @return the canonical handle */
    public int add(T object) {
        int index;
        if (freeCount > 0) {
            index = free[--freeCount];
        } else {
            if (used == objects.length) {
                objects = Arrays.copyOf(objects, 2 * used);
            }
            index = used++;
        }
        objects[index] = object;
        return FIRST + index;
    }

    public void remove(int handle) {
        int index = handle - FIRST;
        objects[index] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = index;
    }

    /** Dynamic handles in use. */
    public int size() {
        return used - freeCount;
    }
}
