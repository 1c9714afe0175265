package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import java.util.ArrayList;

/** MPI-3.1 chapter 9. A parameter that is a {@code long} is an address of guest memory. */
public final class InfoCalls {
    public static int infoCreate(Rank rank, long info) {
        return put(rank, info, new Info());
    }

    public static int infoSet(Rank rank, Info info, String key, String value) {
        check(info);
        checkKey(rank, key);
        if (value == null) {
            throw new MpiException(ErrorClass.INFO_VALUE, "value is a null pointer");
        }
        int length = GuestStrings.length(value);
        if (length >= rank.face.maxInfoValue()) {
            throw new MpiException(ErrorClass.INFO_VALUE, "value of key \"" + key + "\" has " + length + " characters; "
                    + (rank.face.maxInfoValue() - 1) + " are allowed");
        }
        checkChangeable(info);
        info.entries.put(key, value);
        return 0;
    }

    public static int infoDelete(Rank rank, Info info, String key) {
        check(info);
        checkKey(rank, key);
        checkChangeable(info);
        if (info.entries.remove(key) == null) {
            throw new MpiException(ErrorClass.INFO_NOKEY, "key = \"" + key + "\" is not in the info object");
        }
        return 0;
    }

    /** {@code value} has room for {@code valuelen + 1} bytes. */
    public static int infoGet(Rank rank, Info info, String key, int valuelen, long value, long flag) {
        check(info);
        checkKey(rank, key);
        Arguments.checkPointer(flag, "flag");
        if (valuelen < 0) {
            throw new MpiException(ErrorClass.ARG, "valuelen = " + valuelen + " is negative");
        }
        String found = info.entries.get(key);
        if (found != null) {
            Arguments.checkPointer(value, "value");
            Memory.putString(value, found, valuelen + 1);
        }
        Memory.putInt(flag, found != null ? 1 : 0);
        return 0;
    }

    public static int infoGetValuelen(Rank rank, Info info, String key, long valuelen, long flag) {
        check(info);
        checkKey(rank, key);
        Arguments.checkPointer(valuelen, "valuelen");
        Arguments.checkPointer(flag, "flag");
        String found = info.entries.get(key);
        if (found != null) {
            Memory.putInt(valuelen, GuestStrings.length(found));
        }
        Memory.putInt(flag, found != null ? 1 : 0);
        return 0;
    }

    /** MPI-4.0 section 10: {@code buflen} is the size of {@code value} on entry and the size needed on return, NUL included. */
    public static int infoGetString(Rank rank, Info info, String key, long buflen, long value, long flag) {
        check(info);
        checkKey(rank, key);
        Arguments.checkPointer(buflen, "buflen");
        Arguments.checkPointer(flag, "flag");
        int capacity = Memory.getInt(buflen);
        if (capacity < 0) {
            throw new MpiException(ErrorClass.ARG, "buflen = " + capacity + " is negative");
        }
        String found = info.entries.get(key);
        if (found != null) {
            if (capacity > 0) {
                Arguments.checkPointer(value, "value");
                Memory.putString(value, found, capacity);
            }
            Memory.putInt(buflen, GuestStrings.length(found) + 1);
        }
        Memory.putInt(flag, found != null ? 1 : 0);
        return 0;
    }

    public static int infoGetNkeys(Rank rank, Info info, long nkeys) {
        check(info);
        Arguments.checkPointer(nkeys, "nkeys");
        Memory.putInt(nkeys, info.entries.size());
        return 0;
    }

    public static int infoGetNthkey(Rank rank, Info info, int n, long key) {
        check(info);
        Arguments.checkPointer(key, "key");
        if (n < 0 || n >= info.entries.size()) {
            throw new MpiException(ErrorClass.ARG, "n = " + n + " is not the number of a key: there are " + info.entries.size());
        }
        Memory.putString(key, new ArrayList<>(info.entries.keySet()).get(n), rank.face.maxInfoKey());
        return 0;
    }

    public static int infoDup(Rank rank, Info info, long newinfo) {
        check(info);
        return put(rank, newinfo, new Info(info));
    }

    public static int infoFree(Rank rank, long address) {
        Arguments.checkPointer(address, "info");
        Info info = rank.info(rank.face.rawAt(HandleKind.INFO, address));
        check(info);
        checkChangeable(info);
        rank.infos.remove(info.handle);
        rank.face.putHandle(HandleKind.INFO, address, rank.face.nullHandle(HandleKind.INFO));
        return 0;
    }

    /** MPI-4.0 section 11.2.1: as MPI_INFO_ENV, with the arguments given. */
    public static int infoCreateEnv(Rank rank, int argc, long argv, long info) {
        var environment = new Info(rank.infos.get(StandardAbi.INFO_ENV));
        if (argc > 0 && argv != 0) {
            var arguments = new StringBuilder();
            for (int i = 1; i < argc; i++) {
                arguments.append(i > 1 ? " " : "").append(Memory.getString(Memory.getLong(argv + 8L * i)));
            }
            environment.entries.put("command", Memory.getString(Memory.getLong(argv)));
            if (argc > 1) {
                environment.entries.put("argv", arguments.toString());
            }
        }
        return put(rank, info, environment);
    }

    /** Gives the object a handle and stores it. */
    static int put(Rank rank, long address, Info info) {
        Arguments.checkPointer(address, "info");
        info.handle = rank.infos.add(info);
        rank.face.putHandle(HandleKind.INFO, address, info.handle);
        return 0;
    }

    private static void check(Info info) {
        if (info == null) {
            throw new MpiException(ErrorClass.INFO, "info is MPI_INFO_NULL");
        }
    }

    /** MPI_INFO_ENV is shared by ranks. */
    private static void checkChangeable(Info info) {
        if (info.handle < HandleTable.FIRST) {
            throw new MpiException(ErrorClass.INFO, "info is MPI_INFO_ENV, which cannot be changed; use MPI_Info_dup");
        }
    }

    private static void checkKey(Rank rank, String key) {
        if (key == null) {
            throw new MpiException(ErrorClass.INFO_KEY, "key is a null pointer");
        }
        int length = GuestStrings.length(key);
        if (length == 0 || length >= rank.face.maxInfoKey()) {
            throw new MpiException(ErrorClass.INFO_KEY, "key has " + length + " characters; 1 to " + (rank.face.maxInfoKey() - 1)
                    + " are allowed");
        }
    }

    private InfoCalls() {}
}
