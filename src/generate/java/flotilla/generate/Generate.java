package flotilla.generate;

import flotilla.generate.FunctionTable.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Writes everything that follows from the table of MPI functions and from the constants that Java and C share.
 * Runs before anything is compiled: {@code java Generate.java ROOT OUT}.
 *
 * <ul>
 *   <li>OUT/java: the dispatch (package flotilla.mpi.dispatch)
 *   <li>OUT/guest: headers and entry points of the guest library's faces, and of the link library
 *   <li>OUT/include: mpi.h, mpif.h, flotilla.h, flotillaf.h, flotilla_scope.h and the source of the mpi module, for programs
 *   <li>ROOT/docs/mpi-coverage.md
 * </ul>
 */
public final class Generate {
    private static final List<String> FACES = List.of("standard", "mpich");

    private Generate() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: java Generate.java ROOT OUT");
            System.exit(2);
        }
        generate(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    static void generate(Path root, Path out) throws IOException {
        Path java = root.resolve("src/main/java/flotilla");
        List<Function> functions = FunctionTable.read(root.resolve("src/main/mpi/functions.table"));
        var handlers = new Handlers(java.resolve("mpi/calls"));

        Path dispatch = out.resolve("java/flotilla/mpi/dispatch");
        DispatchSources.dispatcher(functions, handlers).write(dispatch.resolve("Dispatcher.java"));
        DispatchSources.names(functions, handlers).write(dispatch.resolve("FunctionNames.java"));
        TraceSources.signatures(functions).write(dispatch.resolve("Signatures.java"));
        DispatchSources.packageInfo().write(dispatch.resolve("package-info.java"));

        Path guest = out.resolve("guest");
        var standard = Constants.read(java.resolve("abi/StandardAbi.java"));
        TraceSources.constants(standard).write(dispatch.resolve("ConstantNames.java"));
        var mpich = Constants.read(java.resolve("abi/MpichAbi.java"));
        var errors = Constants.read(java.resolve("mpi/error/ErrorClass.java"));
        GuestHeaders.shared(Constants.read(java.resolve("abi/ControlBlock.java")), Constants.read(java.resolve("abi/Operation.java")),
                functions).write(guest.resolve("flotilla_abi.h"));
        GuestHeaders.operationNames(Constants.read(java.resolve("abi/Operation.java")), functions)
                .write(guest.resolve("flotilla_operation_names.h"));
        GuestHeaders.mpich(mpich).write(guest.resolve("mpich_abi.h"));
        GuestHeaders.mpichPrototypes(functions).write(guest.resolve("mpich_prototypes.h"));
        for (String face : FACES) {
            CEntryPoints.write(functions, face).write(guest.resolve("mpi_entry_" + face + ".c"));
            FortranEntryPoints.write(functions, face).write(guest.resolve("mpi_fortran_" + face + ".c"));
        }
        LinkLibrary.write(functions).write(guest.resolve("link_entry.c"));

        var headers = new ProgramHeaders(functions, standard, errors);
        Path templates = root.resolve("include");
        Path include = out.resolve("include");
        headers.c(Files.readAllLines(templates.resolve("mpi.h.in"))).write(include.resolve("mpi.h"));
        for (String header : List.of("flotilla_scope.h", "flotilla.h", "flotillaf.h")) {
            Files.copy(templates.resolve(header), include.resolve(header), StandardCopyOption.REPLACE_EXISTING);
        }
        GuestHeaders.ampi(functions).write(include.resolve("flotilla_ampi.h"));
        headers.fortran(Files.readAllLines(templates.resolve("mpif.h.in"))).write(include.resolve("mpif.h"));
        headers.module(Files.readAllLines(templates.resolve("mpi.f90.in"))).write(include.resolve("mpi.f90"));

        Coverage.write(functions, handlers).write(root.resolve("docs/mpi-coverage.md"));

        List<String> missing = handlers.missing(functions);
        if (!missing.isEmpty()) {
            System.out.println("no handler yet for " + missing.size() + " MPI functions: " + String.join(" ", missing));
        }
    }
}
