package flotilla.refactor.fortran;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A derived type that variables go into: one for each module and each COMMON block, and one for all else, which has pointers to these. */
final class Part {
    /** The module that has it, or "" for one that is made. */
    final String module;
    final String block;
    String type;
    /** The component by which other parts point to it. */
    String pointer;
    final List<Variable> variables = new ArrayList<>();
    /** Parts that it has pointers to. */
    final Set<Part> points = new LinkedHashSet<>();
    int number;

    Part(String module, String block) {
        this.module = module;
        this.block = block;
    }

    boolean isBlock() {
        return block != null;
    }

    boolean isTop() {
        return block == null && module.isEmpty();
    }
}
