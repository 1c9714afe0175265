package flotilla.mpi.core;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

/** Objects that ranks of a node have in common, found by value; forgotten when nobody uses them. Any thread. */
final class Shared {
    private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> unused = new ReferenceQueue<>();

    private static final class Entry extends WeakReference<Object> {
        final Object key;

        Entry(Object key, Object value, ReferenceQueue<Object> queue) {
            super(value, queue);
            this.key = key;
        }
    }

    @SuppressWarnings("unchecked") // a key determines the class of its value
    <T> T share(Object key, T offered) {
        forgetUnused();
        var own = new Entry(key, offered, unused);
        while (true) {
            Entry present = entries.putIfAbsent(key, own);
            Object value = present == null ? offered : present.get();
            if (value != null) {
                return (T) value;
            }
            entries.remove(key, present);
        }
    }

    @SuppressWarnings("unchecked") // as above
    <T> T get(Object key) {
        Entry entry = entries.get(key);
        return entry == null ? null : (T) entry.get();
    }

    private void forgetUnused() {
        while (unused.poll() instanceof Entry entry) {
            entries.remove(entry.key, entry);
        }
    }
}
