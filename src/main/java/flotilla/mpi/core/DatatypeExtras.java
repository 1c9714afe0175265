package flotilla.mpi.core;

import flotilla.mpi.datatype.Datatype;
import java.io.Serializable;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What a rank knows about datatypes beside their layout: names and attributes that it has given them (predefined types
 * are shared by all ranks, these are not), and which handles stand for the same type.
 */
public final class DatatypeExtras implements Serializable {
    /** One datatype's. */
    public static final class Extras implements Serializable {
        /** Null: the type's default name. */
        public String name;
        public final Attributes attributes = new Attributes();
        /** Handles beyond the first that stand for the type, from MPI_Type_get_contents. */
        public int extraHandles;
        /** Handle of a type of MPI_Type_create_f90_*, which always gives the same; 0 for others. */
        public int sharedHandle;
    }

    private Map<Datatype, Extras> byType = Map.of();

    /** Null when there are none. */
    public Extras find(Datatype type) {
        return byType.get(type);
    }

    public Extras of(Datatype type) {
        if (byType.isEmpty()) {
            byType = new IdentityHashMap<>();
        }
        return byType.computeIfAbsent(type, unused -> new Extras());
    }

    /** The last handle of the type is gone. */
    public void forget(Datatype type) {
        if (!byType.isEmpty()) {
            byType.remove(type);
        }
    }
}
