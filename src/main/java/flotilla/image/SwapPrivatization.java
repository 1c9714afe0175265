package flotilla.image;

import flotilla.image.Traits.Support;
import java.nio.file.Path;

/**
 * The Global Offset Table is swapped at each switch: images are shared as with {@link NonePrivatization}, but for the global
 * variables that code reaches through the GOT, of which each rank has copies ({@link GlobalCopies}).
 */
final class SwapPrivatization extends NonePrivatization {
    @Override
    public String name() {
        return "swap";
    }

    @Override
    public String summary() {
        return "the Global Offset Table is swapped at each switch: globals are private, statics shared";
    }

    @Override
    public Traits traits() {
        Support reached = Support.partly("what is not static");
        return new Traits("full, but for static variables", "ELF; a linker that leaves the GOT alone (--no-relax)",
                Support.no("code reaches them without the GOT"), Support.partly("COMMON and modules"), reached,
                Support.partly("those compiled for it"), Support.no("one GOT serves a process"), "any number", Support.no(SharedImages.WHY_NOT_MOVABLE),
                Support.YES, "any");
    }

    @Override
    public String whyOnePe() {
        return "its ranks share a Global Offset Table, which holds the addresses of one rank's variables at a time";
    }

    @Override
    public PreparedProgram prepare(Path program, LoadOptions options) {
        return new Preparation(program, options, new GlobalCopies(program.toString())).prepare();
    }
}
