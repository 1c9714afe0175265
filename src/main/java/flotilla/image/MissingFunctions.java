package flotilla.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Functions that programs refer to and nobody defines. Each is bound to a stub of the guest library that ends the job by
 * name when it is called; ld.so, too, starts a program whose missing functions are bound lazily. Thread-safe.
 */
final class MissingFunctions {
    /** Stubs in the guest library, and bytes from one to the next. */
    static final int STUBS = 256;
    static final int STRIDE = 16;

    private final GuestLibrary guest;
    private final List<String> names = new ArrayList<>();

    MissingFunctions(GuestLibrary guest) {
        this.guest = guest;
    }

    /** Slot-relative address of the stub for {@code name}; when there are too many, the last stub is shared. */
    synchronized long stub(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            index = names.size();
            names.add(name);
        }
        return guest.require(GuestLibrary.MISSING_STUBS) + (long) Math.min(index, STUBS - 1) * STRIDE;
    }

    /** The function of stub {@code index}. */
    synchronized String name(long index) {
        if (index < 0 || index >= names.size()) {
            return "an unknown function";
        }
        return index == STUBS - 1 && names.size() > STUBS
                ? "one of " + String.join(", ", names.subList(STUBS - 1, names.size())) : names.get((int) index);
    }

    synchronized List<String> names() {
        return List.copyOf(names);
    }
}
