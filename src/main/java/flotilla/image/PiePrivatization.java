package flotilla.image;

import flotilla.image.Traits.Support;
import java.nio.file.Path;

/** The default method: every rank has its own images in its slot, exactly relocated, their text shared by the page cache. */
final class PiePrivatization implements Privatization {
    @Override
    public String name() {
        return "pie";
    }

    @Override
    public String summary() {
        return "private images in each slot, shared text, exact relocation";
    }

    @Override
    public Traits traits() {
        return new Traits("full", "position-independent programs", Support.YES, Support.YES, Support.YES, Support.YES,
                Support.YES, "any number", Support.YES, Support.NO, "any");
    }

    @Override
    public PreparedProgram prepare(Path program, LoadOptions options) {
        return new Preparation(program, options, false).prepare();
    }
}
