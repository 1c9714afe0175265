package flotilla.mpi.comm;

import flotilla.memory.Memory;
import flotilla.mpi.core.Attributes;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Keyval;
import flotilla.mpi.core.Language;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;

/**
 * The copy and delete functions of attributes (MPI-3.1 sections 6.7.2 and 6.7.4): guest functions, called one after the
 * other on the rank's own stack. All methods answer what {@code then} answers, or {@link Rank#CALLING} before that.
 */
public final class AttributeCallbacks {
    /** The object that has the attributes. @param handle canonical */
    public record Owner(HandleKind kind, int handle) {}

    // Values that guest functions get pointers to, by number of 8 bytes in the control block's scratch; the error handler's are 0 and 1.
    private static final int OWNER = 2;
    private static final int KEYVAL = 3;
    private static final int EXTRA = 4;
    private static final int VALUE_IN = 5;
    private static final int VALUE_OUT = 6;
    private static final int FLAG = 7;
    private static final int ERROR = 8;

    /** Type code of a pointer in MPICH's C++ binding (MPIR_ATTR_PTR). */
    private static final long CXX_POINTER = 0;

    /**
     * Lets the copy functions decide what of {@code from} goes into {@code to}.
     *
     * @throws MpiException (also after CALLING) with the code that a copy function returned
     */
    public static int copyAll(Rank rank, Owner owner, Attributes from, Attributes to, GuestReturn then) {
        if (from.isEmpty()) {
            return then.returned(rank, 0);
        }
        return new Copies(owner, from.all(), to, then).next(rank);
    }

    /** Deletes all attributes, those set last first (MPI-3.1 section 8.7.1 asks for that order on MPI_COMM_SELF). */
    public static int deleteAll(Rank rank, Owner owner, Attributes attributes, GuestReturn then) {
        if (attributes.isEmpty()) {
            return then.returned(rank, 0);
        }
        return new Deletions(owner, attributes, then).next(rank);
    }

    /** Deletes one attribute that is set. An attribute whose delete function fails stays. */
    public static int delete(Rank rank, Owner owner, Attributes attributes, Attributes.Value value, GuestReturn then) {
        Keyval keyval = value.keyval;
        if (keyval.deleteFunction == 0) {
            attributes.remove(keyval, rank);
            return then.returned(rank, 0);
        }
        boolean fortran = isFortran(keyval);
        return callDelete(rank, owner, value, (r, returned) -> {
            check(r, keyval, "delete", fortran ? Memory.getInt(r.callScratch(ERROR)) : (int) returned);
            if (attributes.get(keyval) == value) {
                attributes.remove(keyval, r);
            }
            return then.returned(r, 0);
        });
    }

    private static int callDelete(Rank rank, Owner owner, Attributes.Value value, GuestReturn goOn) {
        Keyval keyval = value.keyval;
        Face face = rank.face;
        long ownerRaw = face.raw(owner.kind(), owner.handle());
        long keyvalRaw = face.raw(HandleKind.KEYVAL, keyval.handle);
        long seen = value.as(keyval.language, rank);
        switch (keyval.language) {
            case Language.C -> {
                return rank.callGuest(keyval.deleteFunction, goOn, ownerRaw, keyvalRaw, seen, keyval.extraState);
            }
            case Language.CXX -> {
                return rank.callGuest(keyval.deleteProxy, goOn, keyval.deleteFunction, ownerRaw, keyvalRaw, CXX_POINTER, seen, keyval.extraState);
            }
            default -> {
                long ownerAddress = put(rank, OWNER, ownerRaw);
                long keyvalAddress = put(rank, KEYVAL, keyvalRaw);
                long valueAddress = put(rank, VALUE_IN, seen);
                long extraAddress = put(rank, EXTRA, keyval.extraState);
                long errorAddress = put(rank, ERROR, 0);
                return rank.callGuest(keyval.deleteFunction, goOn, ownerAddress, keyvalAddress, valueAddress, extraAddress, errorAddress);
            }
        }
    }

    private static int callCopy(Rank rank, Owner owner, Attributes.Value value, GuestReturn goOn) {
        Keyval keyval = value.keyval;
        Face face = rank.face;
        long ownerRaw = face.raw(owner.kind(), owner.handle());
        long keyvalRaw = face.raw(HandleKind.KEYVAL, keyval.handle);
        long seen = value.as(keyval.language, rank);
        long outAddress = put(rank, VALUE_OUT, 0);
        long flagAddress = put(rank, FLAG, 0);
        switch (keyval.language) {
            case Language.C -> {
                return rank.callGuest(keyval.copyFunction, goOn, ownerRaw, keyvalRaw, keyval.extraState, seen, outAddress, flagAddress);
            }
            case Language.CXX -> {
                return rank.callGuest(keyval.copyProxy, goOn, keyval.copyFunction, ownerRaw, keyvalRaw, keyval.extraState,
                        CXX_POINTER, seen, outAddress, flagAddress);
            }
            default -> {
                long ownerAddress = put(rank, OWNER, ownerRaw);
                long keyvalAddress = put(rank, KEYVAL, keyvalRaw);
                long extraAddress = put(rank, EXTRA, keyval.extraState);
                long inAddress = put(rank, VALUE_IN, seen);
                long errorAddress = put(rank, ERROR, 0);
                return rank.callGuest(keyval.copyFunction, goOn, ownerAddress, keyvalAddress, extraAddress, inAddress, outAddress,
                        flagAddress, errorAddress);
            }
        }
    }

    private static long put(Rank rank, int index, long value) {
        long address = rank.callScratch(index);
        Memory.putLong(address, value);
        return address;
    }

    private static boolean isFortran(Keyval keyval) {
        return keyval.language == Language.FORTRAN || keyval.language == Language.FORTRAN_MPI1;
    }

    /** The code of a function that failed is the code of the call that needed it. */
    private static void check(Rank rank, Keyval keyval, String which, int returned) {
        if (returned != 0) {
            int errorClass = rank.face.errorClass(returned);
            throw new MpiException(errorClass == Face.INVALID ? ErrorClass.OTHER : errorClass,
                    "the " + which + " function of attribute key 0x" + Integer.toHexString(keyval.handle) + " returned " + returned);
        }
    }

    /** The attributes of one object, copied one by one. */
    private static final class Copies implements GuestReturn {
        private final Owner owner;
        private final Attributes.Value[] values;
        private final Attributes to;
        private final GuestReturn then;
        private int next;

        Copies(Owner owner, Attributes.Value[] values, Attributes to, GuestReturn then) {
            this.owner = owner;
            this.values = values;
            this.to = to;
            this.then = then;
        }

        int next(Rank rank) {
            while (next < values.length) {
                Attributes.Value value = values[next++];
                if (value.keyval.copyFunction == Face.DUP_FN) {
                    to.put(new Attributes.Value(value.keyval, value.value, value.language));
                } else if (value.keyval.copyFunction != 0) {
                    return callCopy(rank, owner, value, this);
                }
            }
            return then.returned(rank, 0);
        }

        @Override
        public int returned(Rank rank, long answer) {
            Keyval keyval = values[next - 1].keyval;
            check(rank, keyval, "copy", isFortran(keyval) ? Memory.getInt(rank.callScratch(ERROR)) : (int) answer);
            if (Memory.getInt(rank.callScratch(FLAG)) != 0) {
                long out = rank.callScratch(VALUE_OUT);
                long copied = keyval.language == Language.FORTRAN_MPI1 ? Memory.getInt(out) : Memory.getLong(out);
                to.put(new Attributes.Value(keyval, copied, keyval.language));
            }
            return next(rank);
        }
    }

    /** The attributes of one object, deleted one by one from the last; a delete function may delete others itself. */
    private static final class Deletions implements GuestReturn {
        private final Owner owner;
        private final Attributes attributes;
        private final GuestReturn then;
        private final Attributes.Value[] values;
        private int next;

        Deletions(Owner owner, Attributes attributes, GuestReturn then) {
            this.owner = owner;
            this.attributes = attributes;
            this.then = then;
            this.values = attributes.all();
            this.next = values.length;
        }

        int next(Rank rank) {
            while (next > 0) {
                Attributes.Value value = values[--next];
                if (attributes.get(value.keyval) != value) {
                    continue;
                }
                if (value.keyval.deleteFunction == 0) {
                    attributes.remove(value.keyval, rank);
                } else {
                    return delete(rank, owner, attributes, value, this);
                }
            }
            return then.returned(rank, 0);
        }

        @Override
        public int returned(Rank rank, long unused) {
            return next(rank);
        }
    }

    private AttributeCallbacks() {}
}
