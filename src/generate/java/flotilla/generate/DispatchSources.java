package flotilla.generate;

import flotilla.generate.FunctionTable.Function;
import flotilla.generate.FunctionTable.Parameter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The host's dispatch: from an index in the table to the handler, with decoded arguments. Cases are grouped so that each
 * switch stays small enough for HotSpot to inline (325 bytecodes), and each function has a method of its own: HotSpot inlines
 * what a method calls until that has grown to a certain size.
 */
final class DispatchSources {
    private static final int GROUP_SHIFT = 5;

    private DispatchSources() {}

    static Output dispatcher(List<Function> functions, Handlers handlers) {
        var out = new Output();
        out.line("// Generated from src/main/mpi/functions.table.");
        out.line("package flotilla.mpi.dispatch;").line();
        out.line("import flotilla.abi.ControlBlock;");
        out.line("import flotilla.memory.Memory;");
        out.line("import flotilla.mpi.calls.Arguments;");
        functions.stream().filter(handlers::exist).map(Function::handlerClass).distinct().sorted()
                .forEach(name -> out.line("import flotilla.mpi.calls.%s;", name));
        out.line("import flotilla.mpi.core.Rank;");
        out.line("import flotilla.mpi.error.MpiException;");
        out.line("import flotilla.mpi.face.Face;");
        out.line("import flotilla.mpi.face.HandleKind;").line();
        out.line("/** Calls the handler of an MPI function with the arguments that its trap left in the control block. */");
        out.line("public final class Dispatcher {");
        out.line("    private Dispatcher() {}").line();
        out.line("    /**");
        out.line("     * Answers a canonical error class or code, or {@link Rank#BLOCKED} or {@link Rank#CALLING}. An error has been given");
        out.line("     * to the error handler of the call's communicator already.");
        out.line("     */");
        out.line("    public static int dispatch(int index, Rank rank) {");
        out.line("        rank.currentFunction = index;");
        out.line("        rank.currentComm = null;");
        out.line("        try {");
        out.line("            return switch (index >>> %d) {", GROUP_SHIFT);
        int groups = (functions.size() + (1 << GROUP_SHIFT) - 1) >> GROUP_SHIFT;
        for (int group = 0; group < groups; group++) {
            if (hasHost(functions, group)) {
                out.line("                case %d -> group%d(index, rank);", group, group);
            }
        }
        out.line("                default -> rank.unimplemented(index);");
        out.line("            };");
        out.line("        } catch (MpiException e) {");
        out.line("            return rank.raise(index, rank.currentComm, e);");
        out.line("        }");
        out.line("    }");
        for (int group = 0; group < groups; group++) {
            if (hasHost(functions, group)) {
                group(out, functions, group, handlers);
            }
        }
        out.line("}");
        return out;
    }

    private static List<Function> members(List<Function> functions, int group) {
        return functions.subList(group << GROUP_SHIFT, Math.min(group + 1 << GROUP_SHIFT, functions.size()));
    }

    private static boolean hasHost(List<Function> functions, int group) {
        return members(functions, group).stream().anyMatch(Function::isHost);
    }

    private static void group(Output out, List<Function> functions, int group, Handlers handlers) {
        List<Function> members = members(functions, group).stream().filter(f -> f.isHost() && handlers.exist(f)).toList();
        out.line();
        out.line("    private static int group%d(int index, Rank rank) {", group);
        out.line("        return switch (index) {");
        for (Function function : members) {
            out.line("            case %d -> call%s(rank);", function.index(), function.shortName());
        }
        out.line("            default -> rank.unimplemented(index);");
        out.line("        };");
        out.line("    }");
        members.forEach(function -> call(out, function));
    }

    private static void call(Output out, Function function) {
        String arguments = arguments(function);
        out.line();
        out.line("    /** %s. */", function.name());
        out.line("    private static int call%s(Rank rank) {", function.shortName());
        if (arguments.contains("face.")) {
            out.line("        Face face = rank.face;");
        }
        if (arguments.contains("Memory.")) {
            out.line("        long a = rank.control + ControlBlock.ARGUMENTS;");
        }
        out.line("        return %s.%s(%s);", function.handlerClass(), function.handlerName(), arguments);
        out.line("    }");
    }

    private static String arguments(Function function) {
        var text = new StringBuilder("rank");
        int i = 0;
        for (Parameter parameter : function.parameters()) {
            text.append(", ").append(decode(parameter, i++));
        }
        if (function.hasLanguage()) {
            text.append(", ").append(integer(i++));
        }
        if (function.hasValues()) {
            text.append(", ").append(word(i));
        }
        return text.toString();
    }

    private static String at(int index) {
        return index == 0 ? "a" : "a + " + 8 * index;
    }

    private static String integer(int index) {
        return "Memory.getInt(" + at(index) + ")";
    }

    private static String word(int index) {
        return "Memory.getLong(" + at(index) + ")";
    }

    /** Java expression for an argument, canonical. */
    static String decode(Parameter p, int i) {
        return switch (p.kind()) {
            case "COUNT", "INT", "LOGICAL", "ARGC" -> integer(i);
            case "DOUBLE" -> "Double.longBitsToDouble(" + word(i) + ")";
            case "RANK" -> "face.rank(" + integer(i) + ")";
            case "TAG" -> "face.tag(" + integer(i) + ")";
            case "ERROR" -> "face.errorClass(" + integer(i) + ")";
            case "THREAD_LEVEL" -> "face.threadLevel(" + integer(i) + ")";
            case "ORDER" -> "face.order(" + integer(i) + ")";
            case "TYPECLASS" -> "face.typeClass(" + integer(i) + ")";
            case "SPLIT_TYPE" -> "face.splitType(" + integer(i) + ")";
            case "KEYVAL" -> "face.handle(HandleKind.KEYVAL, " + word(i) + ")";
            case "REQUEST_HANDLE" -> "face.handle(HandleKind.REQUEST, " + word(i) + ")";
            case "CHOICE", "CHOICE_IN" -> "face.buffer(" + word(i) + ")";
            case "WEIGHTS", "WEIGHTS_OUT" -> "face.weights(" + word(i) + ")";
            case "STATUS_IN", "STATUS_OUT", "STATUS_INOUT", "STATUS_ARRAY" -> "Arguments.status(face.status(" + word(i) + "))";
            case "STRING_IN" -> "Arguments.string(" + word(i) + ", \"" + p.name() + "\")";
            case "COMM" -> "rank.comm(" + word(i) + ")";
            case "COMM_NULLABLE" -> "rank.commOrNull(" + word(i) + ")";
            case "DATATYPE" -> "rank.datatype(" + word(i) + ")";
            case "DATATYPE_OR_NULL" -> "rank.datatypes.get(face.handle(HandleKind.DATATYPE, " + word(i) + "))";
            case "OP" -> "rank.op(" + word(i) + ")";
            case "GROUP" -> "rank.group(" + word(i) + ")";
            case "REQUEST" -> "rank.request(" + word(i) + ")";
            case "INFO" -> "rank.info(" + word(i) + ")";
            case "ERRHANDLER" -> "rank.errhandler(" + word(i) + ")";
            case "FUNCTION" -> p.detail().matches(".*_attr_function|MPI_(Copy|Delete)_function")
                    ? "face.attributeFunction(" + word(i) + ")" : word(i);
            default -> word(i);
        };
    }

    static Output names(List<Function> functions, Handlers handlers) {
        var out = new Output();
        out.line("// Generated from src/main/mpi/functions.table.");
        out.line("package flotilla.mpi.dispatch;").line();
        out.line("import java.util.HashMap;");
        out.line("import java.util.Map;").line();
        out.line("/** The functions of the table by index, for messages, and by name, for what examines programs. */");
        out.line("public final class FunctionNames {");
        out.line("    /** Functions in the table. */");
        out.line("    public static final int COUNT = %d;", functions.size());
        out.line();
        out.line("    /** Name, \"+\" when the function works, and the names of its parameters, separated by spaces. */");
        out.line("    private static final String[] FUNCTIONS = {");
        for (Function f : functions) {
            out.line("        \"%s %s%s\",", f.name(), handlers.exist(f) || f.isGuest() ? "+" : "-",
                    f.parameters().stream().map(p -> " " + p.name()).collect(Collectors.joining()));
        }
        out.line("    };");
        out.line("    private static final Map<String, Integer> INDICES = new HashMap<>();").line();
        out.line("    static {");
        out.line("        for (int i = 0; i < COUNT; i++) {");
        out.line("            INDICES.put(name(i), i);");
        out.line("        }");
        out.line("    }").line();
        out.line("    /** Such as MPI_Send. */");
        out.line("    public static String name(int index) {");
        out.line("        return FUNCTIONS[index].substring(0, FUNCTIONS[index].indexOf(' '));");
        out.line("    }").line();
        out.line("    /** Index of a C or Fortran name, with or without the P of the profiling interface; -1 when it is no MPI function of the table. */");
        out.line("    public static int index(String name) {");
        out.line("        String plain = name.startsWith(\"PMPI_\") || name.startsWith(\"pmpi_\") ? name.substring(1) : name;");
        out.line("        Integer index = INDICES.get(plain);");
        out.line("        if (index == null && plain.startsWith(\"mpi_\") && plain.length() > 5) {");
        out.line("            String lower = plain.replaceAll(\"_+$\", \"\").substring(4);");
        out.line("            index = INDICES.get(\"MPI_\" + Character.toUpperCase(lower.charAt(0)) + lower.substring(1));");
        out.line("        }");
        out.line("        return index == null ? -1 : index;");
        out.line("    }").line();
        out.line("    /** False when a call ends the job: the function does not exist yet. */");
        out.line("    public static boolean isImplemented(int index) {");
        out.line("        String text = FUNCTIONS[index];");
        out.line("        return text.charAt(text.indexOf(' ') + 1) == '+';");
        out.line("    }").line();
        out.line("    /** Names of the parameters as the MPI standard has them. */");
        out.line("    public static String[] parameters(int index) {");
        out.line("        String[] words = FUNCTIONS[index].split(\" \");");
        out.line("        return java.util.Arrays.copyOfRange(words, 2, words.length);");
        out.line("    }").line();
        out.line("    private FunctionNames() {}");
        out.line("}");
        return out;
    }

    static Output packageInfo() {
        return new Output().line("/** Generated: from the number of an MPI function to the method that answers it. */")
                .line("package flotilla.mpi.dispatch;");
    }
}
