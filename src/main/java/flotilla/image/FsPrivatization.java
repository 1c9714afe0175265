package flotilla.image;

import flotilla.image.Traits.Support;
import java.nio.file.Path;

/**
 * A copy of the program's file, and of each of its libraries', for every rank, which the system's dynamic linker loads as if
 * they were different libraries (the paper's FSglobals).
 */
final class FsPrivatization implements Privatization {
    @Override
    public String name() {
        return "fs";
    }

    @Override
    public String summary() {
        return "a copy of the program's files for each rank, loaded by the system's dynamic linker";
    }

    @Override
    public Traits traits() {
        return new Traits("full", "glibc, and space for the copies", Support.YES, Support.YES, Support.YES, Support.YES,
                Support.YES, "any number", Support.no("the system's dynamic linker decides where images lie"), Support.NO, "any");
    }

    @Override
    public PreparedProgram prepare(Path program, LoadOptions options) {
        return new Preparation(program, options, new CopyLoader(options.copies())).prepare();
    }
}
