package flotilla.generate;

import flotilla.generate.FunctionTable.Function;
import flotilla.generate.FunctionTable.Parameter;
import java.util.List;
import java.util.Set;

/** C entry points of a face: PMPI_X, and MPI_X as a weak alias that a profiling tool may define itself (MPI-3.1 section 14.2). */
final class CEntryPoints {
    /** What programs call again and again: stands on the page of the switch (guest/arch/x86_64/switch.S). */
    private static final Set<String> BESIDE_SWITCH = Set.of("Send", "Ssend", "Recv", "Sendrecv", "Isend", "Irecv", "Wait", "Waitall",
            "Waitany", "Waitsome", "Test", "Testall", "Testany", "Probe", "Iprobe", "Start", "Startall", "Barrier", "Bcast", "Reduce",
            "Allreduce", "Gather", "Scatter", "Allgather", "Alltoall", "Alltoallv", "Put", "Get");

    private CEntryPoints() {}

    static Output write(List<Function> functions, String face) {
        var out = new Output();
        out.line("/* Generated from src/main/mpi/functions.table: C entry points of the %s face. */", face);
        out.line("#include \"entry.h\"").line();
        for (Function function : functions) {
            if (function.inFace(face) && !function.isGuest()) {
                function(out, function, face);
            }
        }
        return out;
    }

    private static void function(Output out, Function function, String face) {
        String name = function.profilingName();
        out.line("%sFLOTILLA_EXPORT %s {", BESIDE_SWITCH.contains(function.shortName()) ? "FLOTILLA_BESIDE_SWITCH " : "",
                Kinds.prototype(function, name));
        if (function.isMissing()) {
            for (Parameter parameter : function.parameters()) {
                out.line("    (void)%s;", parameter.name());
            }
            out.line("    return flotilla_missing(\"%s\");", function.name());
        } else {
            out.line("%s", arguments(function, face));
            out.line("    return flotilla_trap_for(FLOTILLA_OP_MPI_%s, %s);", function.shortName(), name);
        }
        out.line("}");
        if (!name.equals(function.name())) {
            out.line("FLOTILLA_ALIAS(%s, %s);", function.name(), name);
        }
        out.line();
    }

    /** Stores into the control block of what the C caller passed. */
    static String arguments(Function function, String face) {
        var text = new StringBuilder();
        int i = 0;
        for (Parameter p : function.parameters()) {
            String value = p.kind().startsWith("WEIGHTS") ? "flotilla_weights(" + p.name() + ")"
                    : p.kind().equals("DOUBLE") ? "flotilla_bits(" + p.name() + ")" : p.name();
            store(text, i++, value);
        }
        if (function.hasLanguage()) {
            store(text, i++, "FLOTILLA_LANGUAGE_C");
        }
        if (function.hasValues()) {
            store(text, i++, "flotilla_attribute_values");
        }
        return text.isEmpty() ? "" : "    struct flotilla_control *here = flotilla_here();\n" + text.toString().stripTrailing();
    }

    static void store(StringBuilder text, int index, String value) {
        text.append("    here->arguments[").append(index).append("] = (long)").append(value).append(";\n");
    }
}
