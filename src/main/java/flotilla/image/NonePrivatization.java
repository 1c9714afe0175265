package flotilla.image;

import flotilla.image.Traits.Support;
import java.nio.file.Path;

/**
 * No privatization: one image of the program and of its libraries serves all ranks, as threads of one process would have
 * it. Only the guest library, heap, stack and thread-local variables are a rank's own. The baseline that the other methods
 * are measured against, and right for programs without mutable globals.
 */
class NonePrivatization implements Privatization {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public String summary() {
        return "one image shared by all ranks: for programs without mutable globals";
    }

    @Override
    public Traits traits() {
        return new Traits("none: the program is refactored by hand", "any system", Support.NO, Support.NO, Support.NO, Support.NO,
                Support.YES, "any number", Support.no(SharedImages.WHY_NOT_MOVABLE), Support.NO, "any");
    }

    @Override
    public int sharedSlots(int programs) {
        return programs;
    }

    @Override
    public boolean staggersSlots() {
        return false;
    }

    @Override
    public PreparedProgram prepare(Path program, LoadOptions options) {
        return new Preparation(program, options, true).prepare();
    }
}
