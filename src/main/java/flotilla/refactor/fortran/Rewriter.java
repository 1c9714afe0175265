package flotilla.refactor.fortran;

import flotilla.refactor.fortran.Facts.Call;
import flotilla.refactor.fortran.Facts.Item;
import flotilla.refactor.fortran.Facts.Listing;
import flotilla.refactor.fortran.Facts.Name;
import flotilla.refactor.fortran.Facts.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Changes the program's own text. */
final class Rewriter {
    private static final Set<String> DECLARING = Set.of("declaration", "common", "data");

    private final Facts facts;
    private final Decision decision;
    private final Layout layout;
    private final Generated generated;
    private final Map<SourceText, Changes> changes = new HashMap<>();

    Rewriter(Decision decision, Layout layout, Generated generated) {
        this.facts = decision.facts;
        this.decision = decision;
        this.layout = layout;
        this.generated = generated;
    }

    Changes changesOf(SourceText file) {
        return changes.computeIfAbsent(file, Changes::new);
    }

    void rewrite() {
        facts.listings.stream().filter(listing -> facts.isOwn(listing.from().file())).forEach(this::takeOut);
        facts.names.forEach(this::use);
        facts.calls.forEach(this::call);
        facts.units.forEach(this::unit);
        layout.modules.values().forEach(this::module);
        facts.units.stream().filter(unit -> unit.is("blockdata")).forEach(this::blockData);
    }

    // ---- Declarations ----

    private boolean goes(Listing listing, Item item) {
        String what = item.what();
        if (what.startsWith("/") && what.indexOf('/', 1) < 0 && (listing.kind().equals("common") || listing.kind().equals("save"))) {
            if (layout.blocks.containsKey(what.substring(1))) {
                return true;
            }
        }
        Variable variable = decision.variables.get(what);
        return variable != null && variable.moves();
    }

    private void takeOut(Listing listing) {
        Changes file = changesOf(listing.from().file());
        String text = listing.from().file().text;
        int from = listing.from().offset();
        if (listing.kind().equals("data")) {
            boolean moves = facts.names.stream().anyMatch(name -> name.context().equals("data") && name.from() != null
                    && name.from().file() == listing.from().file() && name.from().offset() >= from && name.from().offset() < listing.to()
                    && decision.moved(name.symbol()) != null);
            if (moves) {
                file.removeStatement(from, listing.to());
            }
            return;
        }
        List<Item> items = listing.items();
        List<String> stay = new ArrayList<>();
        int gone = 0;
        for (int i = 0; i < items.size(); i++) {
            int begin = beginOf(listing, text, items.get(i));
            int end = i + 1 < items.size() ? beginOf(listing, text, items.get(i + 1)) : listing.to();
            String written = text.substring(begin, Math.max(begin, end));
            if (goes(listing, items.get(i))) {
                gone++;
                if (listing.kind().equals("type")) {
                    keepFirstValue(decision.variables.get(items.get(i).what()), cut(written, listing.from().file()));
                }
            } else {
                stay.add(cut(written, listing.from().file()));
            }
        }
        if (gone == 0) {
            return;
        }
        boolean use = listing.kind().equals("only") || listing.kind().equals("rename");
        if (stay.isEmpty() && !use) {
            if (listing.kind().equals("type") && items.size() == 1) {
                keepComment(decision.variables.get(items.getFirst().what()), text.substring(listing.to(), listing.from().file().lineEnd(listing.to())));
            }
            file.removeStatement(from, listing.to());
        } else if (stay.isEmpty() && listing.kind().equals("rename")) {
            file.replace(listing.moduleEnd(), listing.to(), "");
        } else {
            file.replace(beginOf(listing, text, items.getFirst()), listing.to(), String.join(", ", stay));
        }
    }

    /** A COMMON block's name in a SAVE statement has a slash before it. */
    private static int beginOf(Listing listing, String text, Item item) {
        boolean block = listing.kind().equals("save") && item.what().startsWith("/") && item.what().indexOf('/', 1) < 0;
        return block ? text.lastIndexOf('/', item.offset()) : item.offset();
    }

    /** An item without the comma behind it, and what comes after that. */
    private static String cut(String item, SourceText file) {
        String behind = file.isFixed() ? "\\s*,(\\n {5}[^\\s0]|\\n[cC*!][^\\n]*|![^\\n]*|\\s)*$" : "\\s*,(![^\\n]*\\n|\\s|&)*$";
        return item.replaceFirst(behind, "").strip();
    }

    private void keepFirstValue(Variable variable, String written) {
        int depth = 0;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
            if (c == '=' && depth == 0) {
                if (i + 1 < written.length() && written.charAt(i + 1) != '>') {
                    generated.value(variable, written.substring(i + 1));
                }
                return;
            }
        }
    }

    private void keepComment(Variable variable, String behind) {
        String comment = behind.strip();
        if (comment.startsWith("!") && !comment.startsWith("!$")) {
            generated.comment(variable, comment);
        }
    }

    // ---- Uses and calls ----

    private void use(Name name) {
        Variable variable = decision.moved(name.symbol());
        if (variable != null && name.from() != null && facts.isOwn(name.from().file()) && !DECLARING.contains(name.context())) {
            changesOf(name.from().file()).replace(name.from().offset(), name.to(), layout.access(variable, name.unit().host()));
        }
    }

    private void call(Call call) {
        Unit callee = decision.procedure(call.callee());
        Unit host = call.unit().host();
        if (callee == null || !decision.needs(callee) || decision.isFixed(callee) || !decision.needs(host) || !facts.isOwn(call.from().file())) {
            return;
        }
        String argument = layout.argument(callee, host);
        if (call.arguments() < 0) {
            changesOf(call.from().file()).insert(call.to(), "(" + argument + ")");
        } else {
            changesOf(call.from().file()).insert(call.arguments(), argument + (call.any() ? ", " : ""));
        }
    }

    // ---- Units ----

    private void unit(Unit unit) {
        boolean procedure = unit.is("procedure");
        if (procedure && unit.marks.contains("large") && !unit.marks.contains("recursive") && !unit.marks.contains("elemental")) {
            changesOf(unit.file).insert(unit.begin, "recursive ");
        }
        if (!procedure && unit != decision.main || unit.host() != unit || !decision.needs(unit)) {
            return;
        }
        Changes file = changesOf(unit.file);
        int afterHead = unit.nameEnd < 0 ? unit.file.lineStart(unit.begin) : unit.file.nextLine(unit.beginEnd - 1);
        int afterUses = unit.declarations < 0 ? afterHead : unit.file.nextLine(unit.declarations);
        int afterAll = unit.specification < 0 ? afterUses : unit.file.nextLine(unit.specification);
        if (unit == decision.main) {
            mainHead(unit, file, afterHead);
        } else if (!decision.isFixed(unit)) {
            if (unit.arguments < 0) {
                file.insert(unit.nameEnd, "(" + layout.variable + ")");
            } else {
                file.insert(unit.arguments, layout.variable + (unit.hasArguments ? ", " : ""));
            }
        }
        insertLine(file, unit, afterHead, generated.usesOf(unit));
        insertLine(file, unit, afterUses, generated.declarationIn(unit));
        insertLine(file, unit, afterAll, generated.firstStatementOf(unit));
    }

    private void mainHead(Unit unit, Changes file, int afterHead) {
        String head = "recursive subroutine " + layout.mainProcedure() + "()";
        String name = unit.nameEnd < 0 ? layout.unique(layout.name + "_program") : unit.name();
        if (unit.nameEnd < 0) {
            file.insert(afterHead, indent(unit, 0) + head + "\n");
        } else {
            file.replace(unit.begin, unit.beginEnd, head);
        }
        String base = indent(unit, 0);
        String inner = indent(unit, 4);
        file.replace(unit.end, unit.endEnd, "end subroutine " + layout.mainProcedure() + "\n\n" + base + "program " + name + "\n" + inner + "call "
                + layout.mainProcedure() + "()\n" + base + "end program " + name);
    }

    private static String indent(Unit unit, int more) {
        return " ".repeat((unit.file.isFixed() ? 6 : 0) + more);
    }

    private void insertLine(Changes file, Unit unit, int at, String line) {
        if (!line.isEmpty()) {
            int start = unit.file.lineStart(Math.max(unit.begin, 0));
            int column = unit.nameEnd < 0 || unit.begin < 0 ? 0 : Math.min(unit.begin - start, 40);
            String indent = unit.file.isFixed() ? "      " : " ".repeat(column + 4);
            file.insert(at, indent + line + "\n");
        }
    }

    private void module(Part part) {
        Unit unit = facts.units.stream().filter(u -> u.is("module") && u.name().equals(part.module)).findFirst().orElseThrow();
        Changes file = changesOf(unit.file);
        insertLines(file, unit, unit.file.nextLine(unit.beginEnd - 1), generated.uses(part));
        insertLines(file, unit, unit.file.nextLine(Math.max(unit.specification, unit.beginEnd - 1)), generated.declarations(part));
        boolean contains = facts.units.stream().anyMatch(u -> u.parent == unit && !u.is("interface"))
                || unit.file.text.substring(unit.specification, unit.end).matches("(?is).*\\n\\s*contains\\s*(!.*)?\\n.*");
        insertLines(file, unit, unit.file.lineStart(unit.end), (contains ? "" : "contains\n") + generated.procedures(part));
    }

    private static void insertLines(Changes file, Unit unit, int at, String text) {
        file.insert(at, unit.file.isFixed() ? fixed(text) : text);
    }

    /** Free text for a source in fixed form. */
    static String fixed(String text) {
        var result = new StringBuilder();
        text.lines().forEach(line -> result.append(line.isBlank() ? "" : line.strip().startsWith("!") ? "!     " + line.strip().substring(1) : "      " + line.strip())
                .append('\n'));
        return result.toString();
    }

    /** A BLOCK DATA whose blocks have all moved says nothing any more. */
    private void blockData(Unit unit) {
        List<Variable> members = decision.variables.values().stream().filter(v -> v.owner == unit).toList();
        if (!members.isEmpty() && members.stream().allMatch(Variable::moves)) {
            changesOf(unit.file).removeStatement(unit.begin, unit.endEnd);
        }
    }
}
