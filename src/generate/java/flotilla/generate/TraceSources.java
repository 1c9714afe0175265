package flotilla.generate;

import flotilla.generate.Constants.Constant;
import flotilla.generate.FunctionTable.Function;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the trace of MPI calls knows of them: the kinds of their parameters, and the names of constants. */
final class TraceSources {
    /** Groups of integers that the trace looks up by the beginning of their names. */
    private static final Set<String> PREFIXES = Set.of("THREAD_", "ORDER_", "TYPECLASS_", "COMM_TYPE_", "COMBINER_");

    private TraceSources() {}

    /** The parameters of each function, in the notation of the table, with all that is in brackets in square ones. */
    static Output signatures(List<Function> functions) {
        var out = new Output();
        out.line("// Generated from src/main/mpi/functions.table.");
        out.line("package flotilla.mpi.dispatch;").line();
        out.line("/** What the parameters of the functions of the table are. */");
        out.line("public final class Signatures {");
        out.line("    private static final String[] SIGNATURES = {");
        for (Function f : functions) {
            out.line("        \"%s\",", f.parameters().stream()
                    .map(p -> p.kind() + (p.detail() == null ? "" : "[" + p.detail().replaceAll("[\\[\\]]", "") + "]") + " " + p.name())
                    .collect(Collectors.joining(", ")));
        }
        out.line("    };").line();
        out.line("    private Signatures() {}").line();
        out.line("    /** {@code KIND[detail] name, ...} of the function with the index: see src/main/mpi/README.md for the kinds. */");
        out.line("    public static String of(int index) {");
        out.line("        return SIGNATURES[index];");
        out.line("    }");
        out.line("}");
        return out;
    }

    static Output constants(List<Constant> constants) {
        var out = new Output();
        out.line("// Generated from StandardAbi.java.");
        out.line("package flotilla.mpi.dispatch;").line();
        out.line("import flotilla.mpi.face.HandleKind;");
        out.line("import java.util.HashMap;");
        out.line("import java.util.Map;").line();
        out.line("/** Names of MPI's constants, for people, by their canonical values. */");
        out.line("public final class ConstantNames {");
        out.line("    private static final Map<String, String> NAMES = new HashMap<>();").line();
        out.line("    static {");
        for (Constant c : constants) {
            if (c.kind().startsWith("handle ")) {
                put(out, kind(c.kind().substring("handle MPI_".length())), c);
            } else if (c.comment().startsWith("Attribute keys")) {
                put(out, "KEYVAL", c);
            }
            PREFIXES.stream().filter(p -> c.kind().equals("int") && c.name().startsWith(p)).forEach(p -> put(out, p, c));
        }
        out.line("    }").line();
        out.line("    private ConstantNames() {}").line();
        out.line("    /** Such as MPI_COMM_WORLD; null for a handle that is not predefined. */");
        out.line("    public static String handle(HandleKind kind, int handle) {");
        out.line("        return NAMES.get(kind.name() + \" \" + handle);");
        out.line("    }").line();
        out.line("    /** The constant with the value whose name begins with {@code MPI_} and the prefix (such as {@code THREAD_}); null when there is none. */");
        out.line("    public static String integer(String prefix, int value) {");
        out.line("        return NAMES.get(prefix + \" \" + value);");
        out.line("    }");
        out.line("}");
        return out;
    }

    private static void put(Output out, String group, Constant constant) {
        out.line("        NAMES.put(\"%s %d\", \"%s\");", group, constant.number(), ProgramHeaders.mpiName(constant.name()));
    }

    /** The member of HandleKind. */
    private static String kind(String type) {
        return type.equals("Win") ? "WINDOW" : type.toUpperCase(java.util.Locale.ROOT);
    }
}
