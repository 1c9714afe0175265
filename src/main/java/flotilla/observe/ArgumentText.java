package flotilla.observe;

import flotilla.abi.StandardAbi;
import flotilla.memory.GuestMemory;
import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.DatatypeExtras;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.dispatch.ConstantNames;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * Arguments of MPI calls as text, by the kinds of src/main/mpi/README.md. What the program passed may be anything: memory is
 * read only where there is some, and a value that means nothing is shown as the number it is.
 */
final class ArgumentText {
    /** Elements of an array, and characters of a string, that are shown. */
    private static final int ELEMENTS = 8;
    private static final int CHARACTERS = 64;

    /** Combiners of MPI_Type_get_envelope are numbered without gaps. */
    private static final int FIRST_COMBINER = StandardAbi.COMBINER_NAMED;
    private static final int LAST_COMBINER = StandardAbi.COMBINER_VALUE_INDEX;

    private final Rank rank;
    private final Face face;
    private final CallText.FunctionSymbols symbols;

    ArgumentText(Rank rank, CallText.FunctionSymbols symbols) {
        this.rank = rank;
        this.face = rank.face;
        this.symbols = symbols;
    }

    /** The communicator of a handle, or null. */
    Comm comm(long raw) {
        int handle = face.handle(HandleKind.COMM, raw);
        return handle == Face.INVALID ? null : rank.comms.get(handle);
    }

    /** The int that a guest's pointer leads to, or {@code otherwise}. */
    int integerAt(long address, int otherwise) {
        return isReadable(address, Integer.BYTES) ? Memory.getInt(address) : otherwise;
    }

    /** Where a result will be stored. */
    String place(String kind, long word) {
        if (kind.startsWith("STATUS") && face.status(word) == 0) {
            return kind.equals("STATUS_ARRAY") ? "MPI_STATUSES_IGNORE" : "MPI_STATUS_IGNORE";
        }
        return kind.startsWith("WEIGHTS") ? weights(word, -1) : pointer(word);
    }

    /**
     * What goes into a call.
     *
     * @param length of an array, or -1 when it is not known
     */
    String text(String kind, long word, int length) {
        HandleKind handle = handleKind(kind);
        if (handle != null && kind.endsWith("_ARRAY")) {
            return array(word, length, face.handleBytes(handle), i -> handle(handle, face.rawAt(handle, word, i)));
        }
        if (handle != null) {
            if (!kind.endsWith("_INOUT")) {
                return handle(handle, word);
            }
            return isReadable(word, face.handleBytes(handle)) ? handle(handle, face.rawAt(handle, word)) : pointer(word);
        }
        return switch (kind) {
            case "INT", "COUNT", "LOGICAL", "ARGC" -> integer((int) word);
            case "RANK" -> rank((int) word);
            case "TAG" -> tag((int) word);
            case "ERROR" -> ErrorClass.name(face.errorClass((int) word));
            case "THREAD_LEVEL" -> constant("THREAD_", face.threadLevel((int) word), word);
            case "ORDER" -> constant("ORDER_", face.order((int) word), word);
            case "TYPECLASS" -> constant("TYPECLASS_", face.typeClass((int) word), word);
            case "SPLIT_TYPE" -> face.splitType((int) word) == StandardAbi.UNDEFINED
                    ? "MPI_UNDEFINED" : constant("COMM_TYPE_", face.splitType((int) word), word);
            case "AINT", "COUNT64", "OFFSET" -> Long.toString(word);
            case "CHOICE", "CHOICE_IN" -> buffer(face.buffer(word));
            case "STATUS_IN", "STATUS_INOUT" -> status(word, false);
            case "STRING_IN" -> string(word);
            case "FUNCTION" -> word == 0 ? "NULL" : word == Face.DUP_FN ? "MPI_DUP_FN" : symbols.at(rank, word).replaceFirst("\\+0x0 ", " ");
            case "WEIGHTS" -> weights(word, length);
            case "INT_ARRAY", "INT_ARRAY_INOUT", "LOGICAL_ARRAY" -> integers(word, length);
            case "RANK_ARRAY" -> array(word, length, Integer.BYTES, i -> rank(Memory.getInt(word + 4L * i)));
            case "AINT_ARRAY" -> array(word, length, Long.BYTES, i -> Long.toString(Memory.getLong(word + 8L * i)));
            case "RANGES" -> array(word, length, 3 * Integer.BYTES, i -> integers(word + 12L * i, 3));
            case "INT_INOUT", "STRING_SIZE_INOUT" -> isReadable(word, Integer.BYTES) ? integer(Memory.getInt(word)) : pointer(word);
            case "AINT_INOUT" -> isReadable(word, Long.BYTES) ? Long.toString(Memory.getLong(word)) : pointer(word);
            default -> pointer(word);
        };
    }

    /**
     * What a call has stored at {@code address}.
     *
     * @param length of an array, or -1 when it is not known
     * @param error  statuses show their errors
     */
    String result(String kind, long address, int length, boolean error) {
        HandleKind handle = handleKind(kind);
        if (handle != null && kind.endsWith("_ARRAY_OUT")) {
            return array(address, length, face.handleBytes(handle), i -> handle(handle, face.rawAt(handle, address, i)));
        }
        int bytes = handle != null ? face.handleBytes(handle)
                : kind.startsWith("AINT") || kind.startsWith("COUNT64") || kind.startsWith("OFFSET") || kind.startsWith("POINTER")
                        || kind.startsWith("ATTRIBUTE") ? Long.BYTES
                : kind.startsWith("STATUS") ? face.statusBytes() : Integer.BYTES;
        switch (kind) {
            case "STRING_OUT" -> {
                return string(address);
            }
            case "STATUS_ARRAY" -> {
                return face.status(address) == 0 ? "MPI_STATUSES_IGNORE"
                        : array(address, length, bytes, i -> status(face.statusAt(address, i), error));
            }
            case "STATUS_OUT" -> {
                return status(address, error);
            }
            case "INT_ARRAY_OUT", "LOGICAL_ARRAY_OUT", "INDEX_ARRAY_OUT" -> {
                return integers(address, length);
            }
            case "RANK_ARRAY_OUT" -> {
                return array(address, length, Integer.BYTES, i -> rank(Memory.getInt(address + 4L * i)));
            }
            case "AINT_ARRAY_OUT" -> {
                return array(address, length, Long.BYTES, i -> Long.toString(Memory.getLong(address + 8L * i)));
            }
            case "WEIGHTS_OUT" -> {
                return weights(address, length);
            }
            default -> {
                if (!isReadable(address, bytes)) {
                    return pointer(address);
                }
            }
        }
        if (handle != null) {
            return handle(handle, face.rawAt(handle, address));
        }
        int value = Memory.getInt(address);
        return switch (kind) {
            case "INT_OUT", "LOGICAL_OUT", "INDEX_OUT" -> integer(value);
            case "RANK_OUT" -> rank(value);
            case "ERROR_OUT" -> ErrorClass.name(face.errorClass(value));
            case "THREAD_LEVEL_OUT" -> constant("THREAD_", face.threadLevel(value), value);
            case "COMPARISON_OUT" -> comparison(value);
            case "TOPOLOGY_OUT" -> topology(value);
            case "COMBINER_OUT" -> combiner(value);
            case "AINT_OUT", "COUNT64_OUT", "OFFSET_OUT" -> Long.toString(Memory.getLong(address));
            case "POINTER_OUT", "ATTRIBUTE_OUT" -> pointer(Memory.getLong(address));
            default -> pointer(address);
        };
    }

    private static HandleKind handleKind(String kind) {
        int end = kind.indexOf('_');
        String first = end < 0 ? kind : kind.substring(0, end);
        return switch (first) {
            case "COMM" -> HandleKind.COMM;
            case "DATATYPE" -> HandleKind.DATATYPE;
            case "OP" -> HandleKind.OP;
            case "GROUP" -> HandleKind.GROUP;
            case "REQUEST" -> HandleKind.REQUEST;
            case "INFO" -> HandleKind.INFO;
            case "ERRHANDLER" -> HandleKind.ERRHANDLER;
            case "MESSAGE" -> HandleKind.MESSAGE;
            case "WIN" -> HandleKind.WINDOW;
            case "FILE" -> HandleKind.FILE;
            case "SESSION" -> HandleKind.SESSION;
            case "KEYVAL" -> HandleKind.KEYVAL;
            default -> null;
        };
    }

    private String handle(HandleKind kind, long raw) {
        int handle = face.handle(kind, raw);
        String name = ConstantNames.handle(kind, handle);
        if (name != null) {
            return name;
        }
        if (handle < Face.FIRST_DYNAMIC) {
            return "0x" + Long.toHexString(raw);
        }
        int number = handle - Face.FIRST_DYNAMIC;
        return switch (kind) {
            case COMM -> {
                Comm comm = rank.comms.get(handle);
                // The context is the same in all members, a handle is not.
                yield comm == null ? "0x" + Long.toHexString(raw) : "comm#" + comm.context + named(comm.name);
            }
            case DATATYPE -> {
                Datatype type = rank.datatypes.get(handle);
                DatatypeExtras.Extras extras = type == null ? null : rank.datatypeExtras.find(type);
                yield "datatype#" + number + named(extras == null ? null : extras.name);
            }
            default -> kind.name().toLowerCase(java.util.Locale.ROOT) + "#" + number;
        };
    }

    private static String named(String name) {
        return name == null || name.isEmpty() ? "" : quoted(name);
    }

    private static String integer(int value) {
        return value == StandardAbi.UNDEFINED ? "MPI_UNDEFINED" : Integer.toString(value);
    }

    private String rank(int raw) {
        return switch (face.rank(raw)) {
            case StandardAbi.ANY_SOURCE -> "MPI_ANY_SOURCE";
            case StandardAbi.PROC_NULL -> "MPI_PROC_NULL";
            case StandardAbi.ROOT -> "MPI_ROOT";
            default -> integer(raw);
        };
    }

    private String tag(int raw) {
        return face.tag(raw) == StandardAbi.ANY_TAG ? "MPI_ANY_TAG" : Integer.toString(raw);
    }

    private static String constant(String prefix, int canonical, long raw) {
        String name = ConstantNames.integer(prefix, canonical);
        return name != null ? name : Integer.toString((int) raw);
    }

    private String comparison(int raw) {
        String[] names = {"MPI_IDENT", "MPI_CONGRUENT", "MPI_SIMILAR", "MPI_UNEQUAL"};
        for (int i = 0; i < names.length; i++) {
            if (face.rawComparison(StandardAbi.IDENT + i) == raw) {
                return names[i];
            }
        }
        return Integer.toString(raw);
    }

    private String topology(int raw) {
        String[] names = {"MPI_CART", "MPI_GRAPH", "MPI_DIST_GRAPH"};
        for (int i = 0; i < names.length; i++) {
            if (face.rawTopology(StandardAbi.CART + i) == raw) {
                return names[i];
            }
        }
        return integer(raw);
    }

    private String combiner(int raw) {
        for (int combiner = FIRST_COMBINER; combiner <= LAST_COMBINER; combiner++) {
            if (face.rawCombiner(combiner) == raw) {
                return constant("COMBINER_", combiner, raw);
            }
        }
        return Integer.toString(raw);
    }

    private static String buffer(long address) {
        return address == Face.IN_PLACE ? "MPI_IN_PLACE"
                : address == Face.BUFFER_AUTOMATIC ? "MPI_BUFFER_AUTOMATIC" : pointer(address);
    }

    private String weights(long word, int length) {
        long address = face.weights(word);
        return address == Face.UNWEIGHTED ? "MPI_UNWEIGHTED"
                : address == Face.WEIGHTS_EMPTY ? "MPI_WEIGHTS_EMPTY" : integers(address, length);
    }

    private String status(long word, boolean error) {
        long address = face.status(word);
        if (address == 0) {
            return "MPI_STATUS_IGNORE";
        }
        if (!isReadable(address, face.statusBytes())) {
            return pointer(address);
        }
        return "{source=" + rank(face.rawRank(face.statusSource(address))) + ", tag=" + tag(face.rawTag(face.statusTag(address)))
                + ", bytes=" + face.statusByteCount(address) + (face.statusCancelled(address) ? ", cancelled" : "")
                + (error ? ", error=" + ErrorClass.name(face.statusError(address)) : "") + "}";
    }

    private static String integers(long address, int length) {
        return array(address, length, Integer.BYTES, i -> integer(Memory.getInt(address + 4L * i)));
    }

    /** An array of elements of {@code bytes}, each at its place once that is known to be there. */
    private static String array(long address, int length, int bytes, IntFunction<String> element) {
        int shown = Math.min(length, ELEMENTS);
        if (length < 0 || address == 0 || shown > 0 && !isReadable(address, (long) shown * bytes)) {
            return pointer(address);
        }
        var text = new StringBuilder("[");
        for (int i = 0; i < shown; i++) {
            text.append(i == 0 ? "" : ", ").append(element.apply(i));
        }
        return text.append(length > shown ? ", ...]" : "]").toString();
    }

    private static String string(long address) {
        var bytes = new byte[CHARACTERS];
        int count = 0;
        while (isReadable(address + count, 1) && Memory.getByte(address + count) != 0) {
            if (count == CHARACTERS) {
                return quoted(new String(bytes, StandardCharsets.UTF_8)) + "...";
            }
            bytes[count] = Memory.getByte(address + count);
            count++;
        }
        return count == 0 && !isReadable(address, 1) ? pointer(address)
                : quoted(new String(bytes, 0, count, StandardCharsets.UTF_8));
    }

    private static String quoted(String string) {
        var text = new StringBuilder("\"");
        for (char c : string.toCharArray()) {
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '"', '\\' -> text.append('\\').append(c);
                default -> {
                    if (c < ' ') {
                        text.append(String.format("\\x%02x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    private static String pointer(long address) {
        return address == 0 ? "NULL" : "0x" + Long.toHexString(address);
    }

    /** Only the first and the last byte are looked at: for what is smaller than a page. */
    private static boolean isReadable(long address, long bytes) {
        return address >= Memory.LOWEST && GuestMemory.probe(address, address + bytes) == 0;
    }
}
