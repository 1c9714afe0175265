package flotilla.generate;

import flotilla.generate.FunctionTable.Function;
import flotilla.generate.FunctionTable.Parameter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the kinds of parameters are in C. The table's README explains them. */
final class Kinds {
    /** Handle types by the prefix of their kinds. */
    private static final Map<String, String> HANDLES = Map.ofEntries(Map.entry("COMM", "Comm"),
            Map.entry("DATATYPE", "Datatype"), Map.entry("OP", "Op"), Map.entry("GROUP", "Group"),
            Map.entry("REQUEST", "Request"), Map.entry("INFO", "Info"), Map.entry("ERRHANDLER", "Errhandler"),
            Map.entry("MESSAGE", "Message"), Map.entry("WIN", "Win"), Map.entry("FILE", "File"),
            Map.entry("SESSION", "Session"));

    /** Suffixes of kinds that pass a handle by value. */
    private static final Set<String> BY_VALUE = Set.of("", "_NULLABLE", "_OR_NULL", "_HANDLE");
    private static final Set<String> HANDLE_SUFFIXES =
            Set.of("", "_NULLABLE", "_OR_NULL", "_HANDLE", "_OUT", "_INOUT", "_ARRAY", "_ARRAY_OUT");

    /** Integers by value: int in C, INTEGER in Fortran. */
    static final Set<String> INTEGERS = Set.of("INT", "COUNT", "RANK", "TAG", "KEYVAL", "LOGICAL", "ERROR", "THREAD_LEVEL",
            "ORDER", "TYPECLASS", "SPLIT_TYPE");
    /** One int that the call stores. */
    static final Set<String> INTEGER_OUTS = Set.of("INT_OUT", "INT_INOUT", "RANK_OUT", "LOGICAL_OUT", "KEYVAL_OUT",
            "KEYVAL_INOUT", "COMPARISON_OUT", "TOPOLOGY_OUT", "COMBINER_OUT", "THREAD_LEVEL_OUT", "ERROR_OUT");
    static final Set<String> INTEGER_ARRAYS = Set.of("INT_ARRAY", "RANK_ARRAY", "LOGICAL_ARRAY");
    static final Set<String> INTEGER_ARRAY_OUTS =
            Set.of("INT_ARRAY_OUT", "INT_ARRAY_INOUT", "RANK_ARRAY_OUT", "LOGICAL_ARRAY_OUT");
    /** Arguments of C's main, which Fortran does not have. */
    static final Set<String> C_ONLY = Set.of("ARGC", "ARGV", "ARGC_POINTER", "ARGV_POINTER");

    private Kinds() {}

    static void check(Parameter parameter, String where) throws IOException {
        if (cDeclaration(parameter) == null) {
            throw new IOException(where + ": unknown kind " + parameter.kind());
        }
    }

    /** "Comm" for COMM, COMM_OUT, COMM_NULLABLE...; null when the kind is not of handles. */
    static String handle(String kind) {
        for (var handle : HANDLES.entrySet()) {
            if (kind.startsWith(handle.getKey()) && HANDLE_SUFFIXES.contains(kind.substring(handle.getKey().length()))) {
                return handle.getValue();
            }
        }
        return null;
    }

    /** "_OUT" of COMM_OUT. */
    static String handleSuffix(String kind) {
        String prefix = HANDLES.entrySet().stream().filter(e -> e.getValue().equals(handle(kind))).findFirst().orElseThrow().getKey();
        return kind.substring(prefix.length());
    }

    static boolean isHandleByValue(String kind) {
        return handle(kind) != null && BY_VALUE.contains(handleSuffix(kind));
    }

    /** C declaration of the parameter, with its name; null for an unknown kind. */
    static String cDeclaration(Parameter p) {
        String n = p.name();
        if (p.handle() != null) {
            String type = "MPI_" + p.handle();
            return switch (handleSuffix(p.kind())) {
                case "_OUT", "_INOUT" -> type + " *" + n;
                case "_ARRAY" -> (p.handle().equals("Request") ? "" : "const ") + type + " " + n + "[]";
                case "_ARRAY_OUT" -> type + " " + n + "[]";
                default -> type + " " + n;
            };
        }
        if (INTEGERS.contains(p.kind()) || p.kind().equals("ARGC")) {
            return "int " + n;
        }
        if (INTEGER_OUTS.contains(p.kind())) {
            return "int *" + n;
        }
        if (INTEGER_ARRAYS.contains(p.kind())) {
            return "const int " + n + "[]";
        }
        if (INTEGER_ARRAY_OUTS.contains(p.kind())) {
            return "int " + n + "[]";
        }
        return switch (p.kind()) {
            case "CHOICE" -> "void *" + n;
            case "CHOICE_IN" -> "const void *" + n;
            case "POINTER", "POINTER_OUT", "POINTER_OUT_C", "ATTRIBUTE", "ATTRIBUTE_F77", "ATTRIBUTE_OUT", "ATTRIBUTE_OUT_F77",
                    "EXTRA_STATE", "EXTRA_STATE_F77" -> "void *" + n;
            case "WEIGHTS" -> "const int " + n + "[]";
            case "WEIGHTS_OUT", "INDEX_ARRAY_OUT" -> "int " + n + "[]";
            case "RANGES" -> "int " + n + "[][3]";
            case "INDEX_OUT", "STRING_SIZE_INOUT", "ARGC_POINTER" -> "int *" + n;
            case "ARGV" -> "char *" + n + "[]";
            case "ARGV_POINTER" -> "char ***" + n;
            case "STRING_IN" -> "const char *" + n;
            case "STRING_OUT" -> "char *" + n;
            case "AINT", "AINT_F77" -> "MPI_Aint " + n;
            case "AINT_OUT", "AINT_INOUT", "AINT_OUT_F77" -> "MPI_Aint *" + n;
            case "AINT_ARRAY", "AINT_ARRAY_F77" -> "const MPI_Aint " + n + "[]";
            case "AINT_ARRAY_OUT" -> "MPI_Aint " + n + "[]";
            case "COUNT64" -> "MPI_Count " + n;
            case "COUNT64_OUT" -> "MPI_Count *" + n;
            case "DOUBLE" -> "double " + n;
            case "OFFSET" -> "MPI_Offset " + n;
            case "OFFSET_OUT" -> "MPI_Offset *" + n;
            case "STATUS_IN" -> "const MPI_Status *" + n;
            case "STATUS_OUT", "STATUS_INOUT" -> "MPI_Status *" + n;
            case "STATUS_ARRAY" -> "MPI_Status " + n + "[]";
            case "FUNCTION" -> p.detail() + " *" + n;
            case "RAW" -> p.detail().endsWith("]")
                    ? p.detail().substring(0, p.detail().indexOf('[')) + n + p.detail().substring(p.detail().indexOf('['))
                    : p.detail() + (p.detail().endsWith("*") ? "" : " ") + n;
            default -> null;
        };
    }

    /** "int MPI_Send(const void *buf, ...)" under the given name. */
    static String prototype(Function function, String name) {
        List<String> parameters = function.parameters().stream().map(Kinds::cDeclaration).collect(Collectors.toList());
        if (function.variadic()) {
            parameters.add("...");
        }
        return function.result() + " " + name + "(" + (parameters.isEmpty() ? "void" : String.join(", ", parameters)) + ")";
    }
}
