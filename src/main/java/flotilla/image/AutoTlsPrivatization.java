package flotilla.image;

import flotilla.image.Traits.Support;
import java.nio.file.Path;

/**
 * A plugin of the compiler has made all mutable variables thread-local ({@code flotilla cc --privatize=auto-tls}). Every rank has
 * its own block of them as with {@link TlsPrivatization}, and runs the constructors, which write to them.
 */
final class AutoTlsPrivatization extends NonePrivatization {
    @Override
    public String name() {
        return "auto-tls";
    }

    @Override
    public String summary() {
        return "the compiler makes all mutable variables thread-local";
    }

    @Override
    public Traits traits() {
        return new Traits("full, but to compile anew", "GCC with plugins", Support.YES, Support.partly("yes, but I/O units are shared"),
                Support.YES, Support.partly("those compiled so"), Support.YES, "any number", Support.no(SharedImages.WHY_NOT_MOVABLE), Support.YES, "GCC 12");
    }

    @Override
    public PreparedProgram prepare(Path program, LoadOptions options) {
        PreparedProgram prepared = super.prepare(program, options);
        if (!prepared.program().file.isAutoTls()) {
            prepared.close();
            throw new LoadException(program + ": was not compiled for --privatize=auto-tls; compile it with"
                    + " `flotilla cc|c++|fort --privatize=auto-tls`, or run it with --privatize=pie");
        }
        return prepared;
    }
}
