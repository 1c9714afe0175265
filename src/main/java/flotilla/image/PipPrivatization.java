package flotilla.image;

import flotilla.image.Traits.Support;
import java.nio.file.Path;

/**
 * A namespace of the system's dynamic linker for every rank, into which the program and its libraries are loaded (the paper's
 * PIPglobals, after Process-in-Process).
 */
final class PipPrivatization implements Privatization {
    @Override
    public String name() {
        return "pip";
    }

    @Override
    public String summary() {
        return "a namespace of the system's dynamic linker for each rank (dlmopen)";
    }

    @Override
    public Traits traits() {
        return new Traits("full", "glibc", Support.YES, Support.YES, Support.YES, Support.YES,
                Support.YES, "as glibc has namespaces: 15", Support.no("the system's dynamic linker decides where images lie"), Support.NO, "any");
    }

    @Override
    public PreparedProgram prepare(Path program, LoadOptions options) {
        return new Preparation(program, options, new NamespaceLoader()).prepare();
    }
}
