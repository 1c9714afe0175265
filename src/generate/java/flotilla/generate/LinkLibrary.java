package flotilla.generate;

import flotilla.generate.FunctionTable.Function;
import java.util.List;
import java.util.Locale;

/** The functions of the library that programs are linked with: they stand for the guest library's and do nothing but say so. */
final class LinkLibrary {
    private LinkLibrary() {}

    static Output write(List<Function> functions) {
        var out = new Output();
        out.line("/* Generated from src/main/mpi/functions.table: the names that programs link with. */");
        out.line("#include \"link.h\"").line();
        for (Function f : functions) {
            if (f.isAmpi()) {
                out.line("FLOTILLA_LINK_PLAIN(%s, %s)", f.name(), f.name());
                out.line("FLOTILLA_LINK_PLAIN(%s, %s)", FortranEntryPoints.fortranName(f.name()), f.name());
                continue;
            }
            if (!f.inFace("standard") || !f.name().startsWith("MPI_")) {
                continue;
            }
            out.line("FLOTILLA_LINK_FUNCTION(%s, %s)", f.profilingName(), f.name());
            if (FortranEntryPoints.hasFortran(f) || FortranEntryPoints.isHandWritten(f)) {
                String lower = f.name().toLowerCase(Locale.ROOT);
                out.line("FLOTILLA_LINK_FORTRAN(p%s, %s, %s)", lower, lower, f.name());
            }
        }
        return out;
    }
}
