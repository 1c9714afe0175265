package flotilla.mpi.calls;

import flotilla.abi.ControlBlock;
import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.comm.AttributeCallbacks;
import flotilla.mpi.comm.AttributeCallbacks.Owner;
import flotilla.mpi.core.Attributes;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.DatatypeExtras;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Keyval;
import flotilla.mpi.core.Keyval.Target;
import flotilla.mpi.core.Language;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;

/**
 * MPI-3.1 section 6.7. {@code language} is one of {@link Language}. A value in C is a pointer, in Fortran an integer;
 * section 17.2.7 says what one language sees of the other's.
 */
public final class AttributeCalls {
    /** The first of the predefined keys, which are numbered one after the other. */
    private static final int FIRST_PREDEFINED = StandardAbi.TAG_UB;

    public static int commCreateKeyval(Rank rank, long copyFunction, long deleteFunction, long keyval, long extraState, int language) {
        return create(rank, Target.COMM, copyFunction, deleteFunction, keyval, extraState, language);
    }

    public static int commFreeKeyval(Rank rank, long keyval) {
        return free(rank, Target.COMM, keyval);
    }

    public static int commSetAttr(Rank rank, Comm comm, int keyval, long value, int language) {
        return set(rank, CommunicatorCalls.owner(comm), comm.attributes, keyval(rank, Target.COMM, keyval), value, language);
    }

    /** @param values guest memory for the predefined attributes, 8 bytes each */
    public static int commGetAttr(Rank rank, Comm comm, int keyval, long result, long flag, int language, long values) {
        Arguments.checkPointer(result, "attribute_val");
        Arguments.checkPointer(flag, "flag");
        if (keyval >= FIRST_PREDEFINED && keyval <= StandardAbi.UNIVERSE_SIZE) {
            int value = predefined(rank, keyval);
            if (language == Language.C || language == Language.CXX) {
                long place = values + 8L * (keyval - FIRST_PREDEFINED);
                Memory.putLong(place, value);
                Memory.putLong(result, place);
            } else {
                Memory.putLong(result, value);
            }
            Memory.putInt(flag, 1);
            return 0;
        }
        return get(rank, comm.attributes, keyval(rank, Target.COMM, keyval), result, flag, language);
    }

    public static int commDeleteAttr(Rank rank, Comm comm, int keyval) {
        return delete(rank, CommunicatorCalls.owner(comm), comm.attributes, keyval(rank, Target.COMM, keyval));
    }

    public static int typeCreateKeyval(Rank rank, long copyFunction, long deleteFunction, long keyval, long extraState, int language) {
        return create(rank, Target.DATATYPE, copyFunction, deleteFunction, keyval, extraState, language);
    }

    public static int typeFreeKeyval(Rank rank, long keyval) {
        return free(rank, Target.DATATYPE, keyval);
    }

    public static int typeSetAttr(Rank rank, Datatype datatype, int keyval, long value, int language) {
        return set(rank, owner(rank), rank.datatypeExtras.of(datatype).attributes, keyval(rank, Target.DATATYPE, keyval), value, language);
    }

    /** @param values unused: datatypes have no predefined attributes */
    public static int typeGetAttr(Rank rank, Datatype datatype, int keyval, long result, long flag, int language, long values) {
        Arguments.checkPointer(result, "attribute_val");
        Arguments.checkPointer(flag, "flag");
        DatatypeExtras.Extras extras = rank.datatypeExtras.find(datatype);
        Keyval key = keyval(rank, Target.DATATYPE, keyval);
        if (extras == null) {
            Memory.putInt(flag, 0);
            return 0;
        }
        return get(rank, extras.attributes, key, result, flag, language);
    }

    public static int typeDeleteAttr(Rank rank, Datatype datatype, int keyval) {
        return delete(rank, owner(rank), rank.datatypeExtras.of(datatype).attributes, keyval(rank, Target.DATATYPE, keyval));
    }

    /** The functions of a key made by MPICH's C++ binding are called through these. */
    public static int keyvalSetProxy(Rank rank, int keyval, long copyProxy, long deleteProxy) {
        Keyval key = rank.keyvals.get(keyval);
        if (key == null) {
            throw invalid(rank, keyval);
        }
        key.language = Language.CXX;
        key.copyProxy = copyProxy;
        key.deleteProxy = deleteProxy;
        return 0;
    }

    /** A datatype is the first argument of all calls on its attributes. */
    private static Owner owner(Rank rank) {
        return new Owner(HandleKind.DATATYPE, rank.face.handle(HandleKind.DATATYPE, rank.argument(0)));
    }

    private static int create(Rank rank, Target target, long copyFunction, long deleteFunction, long result, long extraState, int language) {
        Arguments.checkPointer(result, "keyval");
        var keyval = new Keyval(target, copyFunction, deleteFunction, extraState, language);
        keyval.handle = rank.keyvals.add(keyval);
        rank.face.putHandle(HandleKind.KEYVAL, result, keyval.handle);
        return 0;
    }

    /** Attributes that have the key keep it (MPI-3.1 section 6.7.2). */
    private static int free(Rank rank, Target target, long address) {
        Arguments.checkPointer(address, "keyval");
        int handle = rank.face.handleAt(HandleKind.KEYVAL, address, 0);
        Keyval keyval = keyval(rank, target, handle);
        keyval.freed = true;
        if (keyval.references == 0) {
            rank.keyvals.remove(handle);
        }
        rank.face.putHandle(HandleKind.KEYVAL, address, StandardAbi.KEYVAL_INVALID);
        return 0;
    }

    private static int set(Rank rank, Owner owner, Attributes attributes, Keyval keyval, long value, int language) {
        if (keyval.freed) {
            throw new MpiException(ErrorClass.KEYVAL, "the attribute key has been freed");
        }
        long whole = language == Language.FORTRAN_MPI1 ? (int) value : value;
        var fresh = new Attributes.Value(keyval, whole, language);
        Attributes.Value old = attributes.get(keyval);
        if (old == null) {
            attributes.put(fresh);
            return 0;
        }
        return AttributeCallbacks.delete(rank, owner, attributes, old, (r, unused) -> {
            attributes.put(fresh);
            return 0;
        });
    }

    private static int get(Rank rank, Attributes attributes, Keyval keyval, long result, long flag, int language) {
        Attributes.Value value = attributes.get(keyval);
        if (value != null) {
            Memory.putLong(result, value.as(language, rank));
        }
        Memory.putInt(flag, value != null ? 1 : 0);
        return 0;
    }

    private static int delete(Rank rank, Owner owner, Attributes attributes, Keyval keyval) {
        Attributes.Value value = attributes.get(keyval);
        if (value == null) {
            throw new MpiException(ErrorClass.KEYVAL, "there is no attribute with this key to delete");
        }
        return AttributeCallbacks.delete(rank, owner, attributes, value, (r, unused) -> 0);
    }

    private static Keyval keyval(Rank rank, Target target, int handle) {
        Keyval keyval = handle >= HandleTable.FIRST ? rank.keyvals.get(handle) : null;
        if (keyval == null) {
            throw invalid(rank, handle);
        }
        if (keyval.target != target) {
            throw new MpiException(ErrorClass.KEYVAL, "the attribute key was made for "
                    + (keyval.target == Target.COMM ? "communicators" : keyval.target == Target.DATATYPE ? "datatypes" : "windows"));
        }
        return keyval;
    }

    private static MpiException invalid(Rank rank, int handle) {
        if (handle == StandardAbi.KEYVAL_INVALID) {
            return new MpiException(ErrorClass.KEYVAL, "the attribute key is MPI_KEYVAL_INVALID");
        }
        return new MpiException(ErrorClass.KEYVAL, handle >= FIRST_PREDEFINED && handle < HandleTable.FIRST
                ? "the attribute key is predefined, which this call does not allow"
                : "the attribute key is not one that was created and not freed");
    }

    /** MPI-3.1 section 8.1.2. */
    private static int predefined(Rank rank, int keyval) {
        return switch (keyval) {
            case StandardAbi.TAG_UB -> Arguments.TAG_UB;
            // Every rank can do I/O, and none is a host.
            case StandardAbi.IO -> rank.face.rawRank(StandardAbi.ANY_SOURCE);
            case StandardAbi.HOST -> rank.face.rawRank(StandardAbi.PROC_NULL);
            case StandardAbi.WTIME_IS_GLOBAL -> 1;
            case StandardAbi.APPNUM -> Memory.getInt(rank.mainControl + ControlBlock.PROGRAM_INDEX);
            case StandardAbi.LASTUSEDCODE -> rank.userErrors == null ? rank.face.lastCode() : rank.userErrors.lastUsed();
            case StandardAbi.UNIVERSE_SIZE -> rank.world.universeSize;
            default -> throw invalid(rank, keyval);
        };
    }

    private AttributeCalls() {}
}
