package flotilla.elf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The variables of an image that a program can change: what a method of privatization has to make private. Known by name as far
 * as the file has symbols; a stripped file tells those that it exports.
 */
public final class MutableVariables {
    /** One variable; {@code threadLocal} when each thread has its own. */
    public record Variable(String name, long size, boolean threadLocal, boolean isStatic) {}

    private MutableVariables() {}

    /** Those of an image; one with several names once. */
    public static List<Variable> of(ElfFile image) {
        var byAddress = new LinkedHashMap<Long, Variable>();
        for (Variables.Variable variable : Variables.of(image, image.path()).all()) {
            if (!variable.isGuard()) {
                Symbol symbol = variable.symbol();
                byAddress.putIfAbsent(symbol.value(), new Variable(plain(symbol), symbol.size(), false, symbol.isLocal()));
            }
        }
        var all = new ArrayList<>(byAddress.values());
        for (Symbol symbol : FunctionNames.ofThreadLocals(image).all()) {
            if (symbol.size() > 0) {
                all.add(new Variable(plain(symbol), symbol.size(), true, symbol.binding() == Elf.STB_LOCAL));
            }
        }
        return all;
    }

    private static String plain(Symbol symbol) {
        return symbol.name().split("@", 2)[0];
    }
}
