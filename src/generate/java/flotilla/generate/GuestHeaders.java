package flotilla.generate;

import flotilla.generate.Constants.Constant;
import flotilla.generate.FunctionTable.Function;
import java.util.List;

/** Headers for the guest library's own C. */
final class GuestHeaders {
    private GuestHeaders() {}

    /** flotilla_abi.h: what guest and host agree on. */
    static Output shared(List<Constant> controlBlock, List<Constant> operations, List<Function> functions) {
        var out = new Output();
        out.line("/* Generated from ControlBlock.java, Operation.java and src/main/mpi/functions.table. */");
        out.line("#ifndef FLOTILLA_ABI_H");
        out.line("#define FLOTILLA_ABI_H").line();
        controlBlock.forEach(c -> out.line("#define FLOTILLA_CB_%s %s", c.name(), c.value()));
        out.line();
        operations.forEach(c -> out.line("#define FLOTILLA_OP_%s %s", c.name(), c.value()));
        out.line();
        for (Function function : functions) {
            out.line("#define FLOTILLA_OP_MPI_%s (FLOTILLA_OP_MPI_FIRST + %d)", function.shortName(), function.index());
        }
        out.line().line("#endif");
        return out;
    }

    /** flotilla_operation_names.h: the initializers of an array, for debuggers. */
    static Output operationNames(List<Constant> operations, List<Function> functions) {
        var out = new Output();
        out.line("/* Generated from Operation.java and src/main/mpi/functions.table. */");
        operations.stream().filter(operation -> !operation.name().equals("MPI_FIRST"))
                .forEach(operation -> out.line("[FLOTILLA_OP_%s] = \"%s\",", operation.name(), operation.name()));
        functions.forEach(function -> out.line("[FLOTILLA_OP_MPI_FIRST + %d] = \"%s\",", function.index(), function.name()));
        return out;
    }

    /** mpich_abi.h: the constants of MPICH's ABI that its entry points need. */
    static Output mpich(List<Constant> constants) {
        var out = new Output();
        out.line("/* Generated from MpichAbi.java. */");
        out.line("#ifndef MPICH_ABI_H");
        out.line("#define MPICH_ABI_H").line();
        for (Constant constant : constants) {
            if (constant.kind().equals("int") || constant.kind().equals("size")) {
                out.line("#define MPI_%s (%s)", constant.name(), constant.value());
            }
        }
        out.line().line("#endif");
        return out;
    }

    /** flotilla_ampi.h: prototypes of AMPI's functions, for programs and for the Fortran entry points. */
    static Output ampi(List<Function> functions) {
        var out = new Output();
        out.line("/* Generated from src/main/mpi/functions.table. */");
        functions.stream().filter(Function::isAmpi).forEach(f -> out.line("%s;", Kinds.prototype(f, f.name())));
        return out;
    }

    /** mpich_prototypes.h: prototypes of the C entry points, which Fortran's call. */
    static Output mpichPrototypes(List<Function> functions) {
        var out = new Output();
        out.line("/* Generated from src/main/mpi/functions.table. */");
        for (Function function : functions) {
            if (function.inFace("mpich") && !function.isMissing() && !function.isAmpi()) {
                out.line("%s;", Kinds.prototype(function, function.name()));
                if (!function.profilingName().equals(function.name())) {
                    out.line("%s;", Kinds.prototype(function, function.profilingName()));
                }
            }
        }
        return out;
    }
}
