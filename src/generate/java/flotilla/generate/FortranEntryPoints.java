package flotilla.generate;

import flotilla.generate.FunctionTable.Function;
import flotilla.generate.FunctionTable.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Fortran entry points of a face, for compilers that append an underscore to names in lower case, pass everything by
 * reference and the lengths of strings as size_t at the end. LOGICALs are ints with 0 for false and, from us, 1 for true,
 * as gfortran has them. mpi_x_ calls MPI_X, so that profiling tools written in C see Fortran's calls; calls that hand over
 * callbacks trap themselves, for the host must know the language.
 */
final class FortranEntryPoints {
    /** Functions that are Fortran functions or have no error code: hand-written. */
    private static final Set<String> HAND_WRITTEN =
            Set.of("MPI_Wtime", "MPI_Wtick", "MPI_Aint_add", "MPI_Aint_diff", "MPI_Pcontrol");

    /** Answered in the guest, and not only conversions between C and Fortran. */
    private static final List<String> GUEST_WITH_FORTRAN = List.of("MPI_Get_address", "MPI_Address", "MPI_Alloc_mem", "MPI_Free_mem");

    private FortranEntryPoints() {}

    /** Whether the function has a Fortran binding. */
    static boolean hasFortran(Function f) {
        boolean conversion = f.isGuest() && !GUEST_WITH_FORTRAN.contains(f.name());
        return (f.name().startsWith("MPI_") || f.isAmpi()) && !f.section().equals("tool") && !conversion;
    }

    static boolean isHandWritten(Function f) {
        return HAND_WRITTEN.contains(f.name());
    }

    static Output write(List<Function> functions, String face) {
        var out = new Output();
        out.line("/* Generated from src/main/mpi/functions.table: Fortran entry points of the %s face. */", face);
        out.line("#include \"fortran.h\"").line();
        for (Function function : functions) {
            if (function.inFace(face) && hasFortran(function) && function.isAmpi()) {
                entry(out, function, function.name(), face);
                aliases(out, function.name(), face);
                out.line();
            } else if (function.inFace(face) && hasFortran(function)) {
                entry(out, function, "P" + function.name(), face);
                if (function.isHost() && !function.hasLanguage() || function.isGuest()) {
                    entry(out, function, function.name(), face);
                } else {
                    out.line("FLOTILLA_ALIAS(%s, %s);", fortranName(function.name()), fortranName("P" + function.name()));
                }
                aliases(out, function.name(), face);
                aliases(out, "P" + function.name(), face);
                out.line();
            }
        }
        return out;
    }

    static String fortranName(String name) {
        return name.toLowerCase(Locale.ROOT) + "_";
    }

    /** The other spellings that Fortran compilers make of a name. MPICH's library has them all. */
    static List<String> spellings(String name, String face) {
        String lower = name.toLowerCase(Locale.ROOT);
        return face.equals("mpich") ? List.of(lower + "__", lower, name.toUpperCase(Locale.ROOT)) : List.of(lower + "__");
    }

    private static void aliases(Output out, String name, String face) {
        for (String spelling : spellings(name, face)) {
            // MPI_T... and one-word names such as MPI_INIT never collide with C names, which have lower case letters.
            out.line("FLOTILLA_ALIAS(%s, %s);", spelling, fortranName(name));
        }
    }

    private static void entry(Output out, Function function, String callee, String face) {
        if (function.isMissing()) {
            out.line("FLOTILLA_EXPORT void %s(void) {", fortranName(callee));
            out.line("    flotilla_missing(\"%s\");", function.name());
            out.line("}");
            return;
        }
        var body = new Body(face, function);
        for (Parameter parameter : function.parameters()) {
            body.parameter(parameter);
        }
        body.declarations.add("MPI_Fint *ierror");
        body.declarations.addAll(body.lengths);
        String weak = callee.startsWith("P") ? "" : "__attribute__((weak)) ";
        out.line("FLOTILLA_EXPORT %svoid %s(%s) {", weak, fortranName(callee), String.join(", ", body.declarations));
        body.before.forEach(line -> out.line("    %s", line));
        if (function.hasLanguage()) {
            var stores = new StringBuilder("    struct flotilla_control *here = flotilla_here();\n");
            int i = 0;
            for (String argument : body.arguments) {
                CEntryPoints.store(stores, i++, "(" + argument + ")");
            }
            CEntryPoints.store(stores, i++, function.isFortran77() ? "FLOTILLA_LANGUAGE_FORTRAN_77" : "FLOTILLA_LANGUAGE_FORTRAN");
            if (function.hasValues()) {
                CEntryPoints.store(stores, i, "flotilla_attribute_values");
            }
            out.line("%s", stores.toString().stripTrailing());
            out.line("    *ierror = (MPI_Fint)flotilla_trap(FLOTILLA_OP_MPI_%s);", function.shortName());
        } else {
            out.line("    *ierror = %s(%s);", callee, String.join(", ", body.arguments));
        }
        body.after.forEach(line -> out.line("    %s", line));
        out.line("}");
    }

    /** One entry point in the making: what each parameter adds to it. */
    private static final class Body {
        private final boolean integerHandles;
        private final Function function;
        private final List<String> declarations = new ArrayList<>();
        private final List<String> lengths = new ArrayList<>();
        private final List<String> before = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final List<String> after = new ArrayList<>();

        Body(String face, Function function) {
            this.integerHandles = face.equals("mpich");
            this.function = function;
        }

        void parameter(Parameter p) {
            String n = p.name();
            String kind = p.kind();
            if (p.handle() != null) {
                handle(p);
                return;
            }
            if (Kinds.INTEGERS.contains(kind)) {
                integer(n, "*" + n);
                return;
            }
            if (Kinds.INTEGER_OUTS.contains(kind) || Kinds.INTEGER_ARRAYS.contains(kind) || Kinds.INTEGER_ARRAY_OUTS.contains(kind)) {
                integer(n, n);
                return;
            }
            switch (kind) {
                case "ARGC" -> arguments.add("0");
                case "ARGV", "ARGC_POINTER", "ARGV_POINTER" -> arguments.add("NULL");
                case "CHOICE", "CHOICE_IN" -> declare("void *" + n, "flotilla_f_buffer(" + n + ")");
                case "POINTER" -> declare("void *" + n, n);
                case "POINTER_OUT" -> declare("MPI_Aint *" + n, n);
                case "POINTER_OUT_C" -> {
                    before.add("void *" + n + "_c;");
                    before.add("(void)" + n + "; /* the caller's buffer, not a place for its address */");
                    declare("void *" + n, "&" + n + "_c");
                }
                case "RANGES" -> integer(n, "(int (*)[3])" + n);
                case "WEIGHTS", "WEIGHTS_OUT" -> integer(n, "flotilla_f_weights(" + n + ")");
                case "STATUS_IN", "STATUS_OUT", "STATUS_INOUT" -> integer(n, "flotilla_f_status(" + n + ")");
                case "STATUS_ARRAY" -> integer(n, "flotilla_f_statuses(" + n + ")");
                case "INDEX_OUT" -> {
                    before.add("int " + n + "_c = MPI_UNDEFINED;");
                    integer(n, "&" + n + "_c");
                    after.add("*" + n + " = " + n + "_c == MPI_UNDEFINED ? MPI_UNDEFINED : " + n + "_c + 1;");
                }
                case "INDEX_ARRAY_OUT" -> {
                    before.add("*" + p.detail() + " = MPI_UNDEFINED;");
                    integer(n, n);
                    after.add("for (int i = 0; i < *" + p.detail() + "; i++) {");
                    after.add("    " + n + "[i]++;");
                    after.add("}");
                }
                case "AINT" -> declare("MPI_Aint *" + n, "*" + n);
                case "AINT_F77" -> integer(n, "*" + n);
                case "AINT_OUT", "AINT_INOUT", "AINT_ARRAY", "AINT_ARRAY_OUT" -> declare("MPI_Aint *" + n, n);
                case "AINT_OUT_F77" -> {
                    before.add("MPI_Aint " + n + "_c = *" + n + ";");
                    integer(n, "&" + n + "_c");
                    after.add("*" + n + " = (MPI_Fint)" + n + "_c;");
                }
                case "AINT_ARRAY_F77" -> {
                    before.add("MPI_Aint *" + n + "_c = flotilla_f_addresses(" + n + ", *" + p.detail() + ");");
                    integer(n, n + "_c");
                    after.add("free(" + n + "_c);");
                }
                case "DOUBLE" -> declare("double *" + n, "*" + n);
                case "COUNT64" -> declare("MPI_Count *" + n, "*" + n);
                case "COUNT64_OUT" -> declare("MPI_Count *" + n, n);
                case "STRING_IN" -> {
                    lengths.add("size_t " + n + "_length");
                    before.add("char *" + n + "_c = flotilla_f_" + (function.name().startsWith("MPI_Info_") ? "info_" : "") + "string(" + n + ", " + n + "_length);");
                    declare("const char *" + n, n + "_c");
                    after.add("free(" + n + "_c);");
                }
                case "STRING_SIZE_INOUT" -> {
                    before.add("int " + n + "_c = *" + n + " > 0 ? *" + n + " + 1 : 0; /* C counts the NUL */");
                    integer(n, "&" + n + "_c");
                    after.add("*" + n + " = " + n + "_c > 0 ? " + n + "_c - 1 : 0;");
                }
                case "STRING_OUT" -> stringOut(p);
                case "ATTRIBUTE" -> declare("MPI_Aint *" + n, "*" + n);
                case "ATTRIBUTE_F77" -> integer(n, "*" + n);
                case "ATTRIBUTE_OUT" -> declare("MPI_Aint *" + n, n);
                case "ATTRIBUTE_OUT_F77" -> {
                    before.add("MPI_Aint " + n + "_c = 0;");
                    integer(n, "&" + n + "_c");
                    after.add("if (*ierror == 0 && *flag) {");
                    after.add("    *" + n + " = (MPI_Fint)" + n + "_c;");
                    after.add("}");
                }
                case "EXTRA_STATE" -> declare("MPI_Aint *" + n, "*" + n);
                case "EXTRA_STATE_F77" -> integer(n, "*" + n);
                case "FUNCTION" -> declare("flotilla_f_function *" + n,
                        (p.detail().toLowerCase(Locale.ROOT).contains("copy") ? "flotilla_f_copy_function("
                                : p.detail().toLowerCase(Locale.ROOT).contains("delete") ? "flotilla_f_delete_function(" : "(") + n + ")");
                default -> throw new IllegalStateException(function.name() + ": kind " + kind + " has no Fortran form");
            }
        }

        private void declare(String declaration, String argument) {
            declarations.add(declaration);
            arguments.add(argument);
        }

        private void integer(String name, String argument) {
            declare("MPI_Fint *" + name, argument);
        }

        private void stringOut(Parameter p) {
            String n = p.name();
            lengths.add("size_t " + n + "_length");
            String limit = p.detail().replaceAll("\\b(buflen)\\b", "$1_c");
            if (limit.startsWith("MPI_")) {
                before.add("char " + n + "_c[" + limit + "];");
            } else {
                before.add("char *" + n + "_c = flotilla_f_room(" + limit.replace("valuelen", "*valuelen").replace("*buflen_c", "buflen_c") + ");");
            }
            before.add(n + "_c[0] = '\\0';");
            declare("char *" + n, n + "_c");
            boolean flag = function.parameters().stream().anyMatch(q -> q.name().equals("flag"));
            String room = p.kind().equals("STRING_OUT") && function.name().equals("MPI_Info_get_string") ? " && *buflen > 0" : "";
            after.add("if (*ierror == 0" + (flag ? " && *flag" : "") + room + ") {");
            after.add("    flotilla_f_string_out(" + n + ", " + n + "_length, " + n + "_c);");
            after.add("}");
            if (!limit.startsWith("MPI_")) {
                after.add("free(" + n + "_c);");
            }
        }

        private void handle(Parameter p) {
            String n = p.name();
            String type = "MPI_" + p.handle();
            switch (Kinds.handleSuffix(p.kind())) {
                case "_OUT", "_INOUT" -> {
                    if (integerHandles) {
                        integer(n, n);
                    } else {
                        before.add(type + " " + n + "_c = FLOTILLA_F2C(" + type + ", *" + n + ");");
                        integer(n, "&" + n + "_c");
                        after.add("*" + n + " = FLOTILLA_C2F(" + n + "_c);");
                    }
                }
                case "_ARRAY", "_ARRAY_OUT" -> {
                    if (integerHandles) {
                        integer(n, n);
                        return;
                    }
                    String count = switch (p.detail()) {
                        case "peers" -> "flotilla_f_peers(*comm)";
                        case "indegree" -> "flotilla_f_indegree(*comm)";
                        case "outdegree" -> "flotilla_f_outdegree(*comm)";
                        default -> "*" + p.detail();
                    };
                    before.add("int " + n + "_count = " + count + ";");
                    before.add("void **" + n + "_c = flotilla_f_handles(" + n + ", " + n + "_count);");
                    integer(n, "(" + type + " *)" + n + "_c");
                    boolean in = p.kind().endsWith("_ARRAY") && !p.handle().equals("Request");
                    after.add(in ? "free(" + n + "_c);" : "flotilla_f_handles_out(" + n + ", " + n + "_c, " + n + "_count);");
                }
                default -> integer(n, integerHandles ? "*" + n : "FLOTILLA_F2C(" + type + ", *" + n + ")");
            }
        }
    }
}
