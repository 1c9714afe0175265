package flotilla.refactor.fortran;

/** A variable that lives as long as the program: of a module, of a COMMON block, or one that a procedure or the program saves. */
final class Variable {
    final Facts.Symbol symbol;
    /** The module, procedure or program that declares it. */
    final Facts.Unit owner;
    private String obstacle;
    private String place;
    /** Where it goes. */
    Part part;
    String component;

    Variable(Facts.Symbol symbol, Facts.Unit owner) {
        this.symbol = symbol;
        this.owner = owner;
    }

    /** Leaves it as it is; the first reason counts. Answers whether that is new. */
    boolean leave(String reason, String at) {
        if (obstacle != null) {
            return false;
        }
        obstacle = reason;
        place = at;
        return true;
    }

    boolean moves() {
        return obstacle == null;
    }

    String obstacle() {
        return obstacle;
    }

    String place() {
        return place;
    }

    boolean isCommon() {
        return symbol.is("common");
    }

    /** As a person would name it. */
    String shown() {
        String name = symbol.key().substring(1).replace('/', '.');
        int anonymous = name.indexOf('#');
        return (anonymous < 0 ? name : symbol.name()) + (isCommon() ? " of COMMON /" + symbol.block() + "/" : "");
    }
}
