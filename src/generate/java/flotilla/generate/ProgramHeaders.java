package flotilla.generate;

import flotilla.generate.Constants.Constant;
import flotilla.generate.FunctionTable.Function;
import flotilla.generate.FunctionTable.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The headers for programs of the standard ABI: templates in which a line with a name between @ signs stands for what is
 * generated. See include/.
 */
final class ProgramHeaders {
    private static final int FREE_FORM_WIDTH = 120;

    private final List<Function> functions;
    private final List<Constant> constants;
    private final List<Constant> errors;

    ProgramHeaders(List<Function> functions, List<Constant> constants, List<Constant> errors) {
        this.functions = functions.stream().filter(f -> f.inFace("standard") && f.name().startsWith("MPI_")).toList();
        this.constants = constants.stream().filter(c -> !c.kind().isEmpty() && !c.kind().equals("canonical")).toList();
        this.errors = errors.stream().filter(c -> c.value().matches("\\d+")).toList();
    }

    /** MPI_2INT of TWO_INT. */
    static String mpiName(String name) {
        return "MPI_" + (name.startsWith("TWO_") ? "2" + name.substring(4) : name);
    }

    private static String errorName(String name) {
        return name.equals("SUCCESS") ? "MPI_SUCCESS" : "MPI_ERR_" + name;
    }

    private static Output expand(List<String> template, Consumer<Output> constants, Consumer<Output> prototypes) {
        var out = new Output();
        for (String line : template) {
            switch (line.strip()) {
                case "@CONSTANTS@" -> constants.accept(out);
                case "@PROTOTYPES@" -> prototypes.accept(out);
                default -> out.line("%s", line);
            }
        }
        return out;
    }

    // mpi.h

    Output c(List<String> template) {
        return expand(template, this::cConstants, this::cPrototypes);
    }

    private void cConstants(Output out) {
        String comment = "";
        for (Constant c : constants) {
            if (!c.comment().equals(comment)) {
                comment = c.comment();
                out.line().line("/* %s */", comment);
            }
            if (c.kind().startsWith("handle ")) {
                out.line("#define %-32s ((%s)0x%08x)", mpiName(c.name()), c.kind().substring(7), c.number());
            } else {
                out.line("#define %-32s %s", mpiName(c.name()), c.number() < 0 ? "(" + c.number() + ")" : c.number());
            }
        }
        out.line().line("/* Error classes. */");
        for (Constant c : errors) {
            out.line("#define %-32s %s", errorName(c.name()), c.value());
        }
    }

    private void cPrototypes(Output out) {
        for (Function f : functions) {
            out.line("%s;", Kinds.prototype(f, f.name()));
        }
        out.line();
        for (Function f : functions) {
            out.line("%s;", Kinds.prototype(f, f.profilingName()));
        }
    }

    // mpif.h: fixed and free form at once, so no line may go beyond column 72.

    Output fortran(List<String> template) {
        return expand(template, out -> fortranConstants(out, "      integer %2$s%n      parameter (%2$s=%3$d)"), out -> { });
    }

    // The mpi module.

    Output module(List<String> template) {
        return expand(template, out -> fortranConstants(out, "  integer, parameter :: %2$s = %3$d"), this::interfaces);
    }

    private void fortranConstants(Output out, String format) {
        for (Constant c : constants) {
            // Fortran strings have no NUL.
            long value = c.kind().equals("size") ? c.number() - 1 : c.number();
            out.line(format, "", mpiName(c.name()), value);
        }
        for (Constant c : errors) {
            out.line(format, "", errorName(c.name()), Long.parseLong(c.value()));
        }
    }

    private void interfaces(Output out) {
        for (Function f : functions) {
            if (FortranEntryPoints.hasFortran(f)) {
                for (String name : new String[] {f.name(), f.profilingName()}) {
                    subroutine(out, f, name);
                }
            }
        }
    }

    /**
     * An interface body. Choice arguments get the attribute that turns off gfortran's check of type, kind and rank;
     * statuses and arrays too, because MPI_STATUS_IGNORE and array elements are legal there.
     */
    private static void subroutine(Output out, Function f, String name) {
        var names = new ArrayList<String>();
        var lines = new ArrayList<String>();
        for (Parameter p : f.parameters()) {
            String n = p.name().toLowerCase(Locale.ROOT);
            if (Kinds.C_ONLY.contains(p.kind())) {
                continue;
            }
            if (p.kind().equals("RAW")) {
                n = n + "_";
            }
            names.add(n);
            lines.addAll(declaration(p, n));
        }
        names.add("ierror");
        lines.add("integer, intent(out) :: ierror");
        out.line("  interface");
        out.line("%s", broken("    subroutine " + name.toLowerCase(Locale.ROOT) + "(" + String.join(", ", names) + ")"));
        out.line("      import");
        lines.forEach(line -> out.line("      %s", line));
        out.line("    end subroutine");
        out.line("  end interface");
    }

    private static String broken(String line) {
        var text = new StringBuilder();
        while (line.length() > FREE_FORM_WIDTH) {
            int cut = line.lastIndexOf(", ", FREE_FORM_WIDTH) + 2;
            text.append(line, 0, cut).append("&\n");
            line = "        " + line.substring(cut);
        }
        return text.append(line).toString();
    }

    private static List<String> anything(String n) {
        return List.of("!GCC$ attributes no_arg_check :: " + n, "type(*), dimension(*) :: " + n);
    }

    private static List<String> declaration(Parameter p, String n) {
        String kind = p.kind();
        if (p.handle() != null) {
            boolean array = kind.contains("_ARRAY");
            return List.of("integer :: " + n + (array ? "(*)" : ""));
        }
        return switch (kind) {
            case "LOGICAL" -> List.of("logical, intent(in) :: " + n);
            case "LOGICAL_OUT" -> List.of("logical :: " + n);
            case "LOGICAL_ARRAY", "LOGICAL_ARRAY_OUT" -> List.of("logical :: " + n + "(*)");
            case "INT_ARRAY", "INT_ARRAY_OUT", "INT_ARRAY_INOUT", "RANK_ARRAY", "RANK_ARRAY_OUT", "INDEX_ARRAY_OUT",
                    "WEIGHTS", "WEIGHTS_OUT", "AINT_ARRAY_F77" -> List.of("integer :: " + n + "(*)");
            case "RANGES" -> List.of("integer :: " + n + "(3, *)");
            case "STATUS_IN", "STATUS_OUT", "STATUS_INOUT" -> List.of("integer :: " + n + "(MPI_STATUS_SIZE)");
            case "STATUS_ARRAY" -> List.of("integer :: " + n + "(MPI_STATUS_SIZE, *)");
            case "AINT", "AINT_OUT", "AINT_INOUT", "ATTRIBUTE", "ATTRIBUTE_OUT", "EXTRA_STATE" ->
                    List.of("integer(MPI_ADDRESS_KIND) :: " + n);
            case "AINT_ARRAY", "AINT_ARRAY_OUT" -> List.of("integer(MPI_ADDRESS_KIND) :: " + n + "(*)");
            case "COUNT64", "COUNT64_OUT" -> List.of("integer(MPI_COUNT_KIND) :: " + n);
            case "OFFSET", "OFFSET_OUT" -> List.of("integer(MPI_OFFSET_KIND) :: " + n);
            case "STRING_IN" -> List.of("character(len=*), intent(in) :: " + n);
            case "STRING_OUT" -> List.of("character(len=*) :: " + n);
            case "FUNCTION" -> List.of("external :: " + n);
            case "CHOICE", "CHOICE_IN", "POINTER", "POINTER_OUT", "POINTER_OUT_C", "RAW" -> anything(n);
            default -> List.of("integer :: " + n);
        };
    }
}
