package flotilla.mpi.core;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** Attribute values cached on a communicator, datatype or window (MPI-3.1 section 6.7), by keyval. */
public final class Attributes implements Serializable {
    /** One attribute. Its value has a meaning together with the language in which it was set (MPI-3.1 section 17.2.7). */
    public static final class Value implements Serializable {
        public final Keyval keyval;
        /** The pointer, or the sign-extended integer, as it was set. */
        public final long value;
        /** See {@link Language}. */
        public final int language;
        /** Where C reads an integer, once it has: see {@link AttributeCells}; else 0. */
        private long cell;

        public Value(Keyval keyval, long value, int language) {
            this.keyval = keyval;
            this.value = value;
            this.language = language;
        }

        /** What code in {@code language} sees: C and C++ a pointer, Fortran an integer. */
        public long as(int language, Rank rank) {
            boolean wantsPointer = isPointer(language);
            if (!wantsPointer || isPointer(this.language)) {
                return value;
            }
            if (cell == 0) {
                cell = rank.attributeCells.allocate(value);
            }
            return cell;
        }

        private static boolean isPointer(int language) {
            return language == Language.C || language == Language.CXX;
        }
    }

    private Map<Keyval, Value> values = Map.of();

    public Value get(Keyval keyval) {
        return values.get(keyval);
    }

    public void put(Value value) {
        if (values.isEmpty()) {
            values = new LinkedHashMap<>();
        }
        if (values.put(value.keyval, value) == null) {
            value.keyval.references++;
        }
    }

    public void remove(Keyval keyval, Rank rank) {
        if (!values.isEmpty()) {
            Value removed = values.remove(keyval);
            if (removed != null) {
                keyval.references--;
                if (keyval.freed && keyval.references == 0) {
                    rank.keyvals.remove(keyval.handle);
                }
                rank.attributeCells.release(removed.cell);
            }
        }
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** In the order in which they were set. */
    public Value[] all() {
        return values.values().toArray(new Value[0]);
    }
}
