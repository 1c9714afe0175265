package flotilla.mpi.core;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** An info object (MPI-3.1 chapter 9): keys and values, in the order in which they were set. */
public final class Info implements Serializable {
    public final Map<String, String> entries = new LinkedHashMap<>();
    public int handle;

    public Info() {}

    public Info(Info from) {
        entries.putAll(from.entries);
    }
}
