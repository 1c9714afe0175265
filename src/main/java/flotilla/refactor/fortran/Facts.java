package flotilla.refactor.fortran;

import flotilla.refactor.RefactorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the reader (plugin/fortran) tells of a program, as it tells it. A symbol's key is its path of scopes: /mesh/step/calls. */
final class Facts {
    /** A file and an offset in its text. */
    record Place(SourceText file, int offset) {
        String shown() {
            return file.shown() + ":" + file.line(offset);
        }
    }

    record Symbol(String key, String kind, Set<String> marks, Place at, String type, String typeKey, String bounds, String first, String block, long size) {
        boolean is(String mark) {
            return marks.contains(mark);
        }

        String name() {
            return key.substring(key.lastIndexOf('/') + 1);
        }

        String owner() {
            return key.substring(0, key.lastIndexOf('/'));
        }
    }

    /** Where a symbol's name stands. */
    record Name(Place from, int to, String context, Symbol symbol, Unit unit) {}

    /** A call by name. {@code arguments}: the offset behind the opening parenthesis, or -1. */
    record Call(Place from, int to, int arguments, boolean any, Symbol callee, Unit unit) {}

    /** A statement that is a list: of declared entities, of names to use... */
    record Listing(String kind, Place from, int to, List<Item> items, Unit unit, String module, int moduleEnd) {}

    record Item(int offset, String what) {}

    /** A program unit, procedure or interface body. Offsets are -1 where there is none. */
    static final class Unit {
        final String source;
        final int number;
        String kind;
        String key;
        Set<String> marks;
        SourceText file;
        Unit parent;
        int begin;
        int beginEnd;
        int end;
        int endEnd;
        int nameEnd;
        int arguments;
        boolean hasArguments;
        /** Of the last USE, IMPORT or IMPLICIT statement, or the first statement: its last character. */
        int declarations;
        /** The last character of the last statement that is not executable. */
        int specification;

        Unit(String source, int number) {
            this.source = source;
            this.number = number;
        }

        boolean is(String wanted) {
            return kind.equals(wanted);
        }

        String name() {
            return key.substring(key.lastIndexOf('/') + 1);
        }

        /** The procedure or program that is not inside of another one. */
        Unit host() {
            Unit unit = this;
            while (unit.parent != null && !unit.parent.is("module") && !unit.parent.is("submodule")) {
                unit = unit.parent;
            }
            return unit;
        }

        Unit module() {
            Unit host = host();
            return host.is("module") ? host : host.parent;
        }

        Place place() {
            return new Place(file, Math.max(begin, 0));
        }
    }

    final List<SourceText> files = new ArrayList<>();
    /** Sources in an order in which they can be compiled. */
    final List<SourceText> sources = new ArrayList<>();
    final Map<String, Symbol> symbols = new LinkedHashMap<>();
    final List<Unit> units = new ArrayList<>();
    final List<Name> names = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final List<Listing> listings = new ArrayList<>();
    private final Map<Path, SourceText> texts = new HashMap<>();
    private final Map<Integer, SourceText> numbered = new HashMap<>();
    private final Map<Integer, Unit> known = new HashMap<>();
    private String source = "";
    private Set<String> renamed;

    Facts(List<String> lines) {
        // Symbols are told of when they are met first, which may be before their own source.
        lines.forEach(this::read);
    }

    private void read(String line) {
        String[] field = line.split("\t", -1);
        switch (field[0]) {
            case "source" -> {
                source = field[1];
                sources.add(text(source));
                known.clear();
            }
            case "file" -> numbered.put(Integer.parseInt(field[1]), text(field[2]));
            case "symbol" -> {
                var symbol = new Symbol(field[1], field[2], marks(field[3]), place(field[4]), field[5], field[6], field[7], field[8], field[9],
                        field[10].isEmpty() ? 0 : Long.parseLong(field[10]));
                if (!symbols.containsKey(symbol.key) || symbols.get(symbol.key).is("elsewhere") || symbol.kind.equals("procedure") && !symbol.is("elsewhere")) {
                    symbols.put(symbol.key, symbol);
                }
            }
            case "name" -> names.add(new Name(place(field[1]), offset(field[2]), field[3], symbols.get(field[4]), unit(field[5])));
            case "call" -> calls.add(new Call(place(field[1]), offset(field[2]), offset(field[3]), field[4].equals("1"), symbols.get(field[5]), unit(field[6])));
            case "list" -> listings.add(new Listing(field[1], place(field[2]), offset(field[3]), items(field[4]), unit(field[5]), field[6], offset(field[7])));
            case "unit" -> unit(field);
            default -> { }
        }
    }

    private void unit(String[] field) {
        Unit unit = unit(field[1]);
        unit.parent = unit(field[2]);
        unit.kind = field[3];
        unit.key = field[4];
        unit.marks = marks(field[5]);
        unit.file = place(field[8]).file;
        unit.begin = offset(field[6]);
        unit.beginEnd = offset(field[7]);
        unit.end = offset(field[8]);
        unit.endEnd = offset(field[9]);
        unit.nameEnd = offset(field[11]);
        unit.arguments = offset(field[12]);
        unit.hasArguments = field[13].equals("1");
        unit.declarations = offset(field[14]);
        unit.specification = offset(field[15]);
    }

    private Unit unit(String number) {
        int value = Integer.parseInt(number);
        return value < 0 ? null : known.computeIfAbsent(value, n -> {
            var unit = new Unit(source, n);
            units.add(unit);
            return unit;
        });
    }

    /** Whether a file is the program's: a source, or included from a source's folder or below. */
    boolean isOwn(SourceText file) {
        return sources.contains(file) || sources.stream().anyMatch(own -> file.path.startsWith(own.path.getParent()));
    }

    /** Names that USE statements give to what has another. */
    Set<String> renamed() {
        if (renamed == null) {
            renamed = new HashSet<>();
            for (Listing listing : listings) {
                if (listing.kind.equals("only") || listing.kind.equals("rename")) {
                    for (Item item : listing.items) {
                        var word = Pattern.compile("\\w+").matcher(listing.from.file.text);
                        if (word.find(item.offset)) {
                            renamed.add(word.group().toLowerCase());
                        }
                    }
                }
            }
        }
        return renamed;
    }

    private static Set<String> marks(String field) {
        return field.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(field.split(",")));
    }

    private static List<Item> items(String field) {
        return field.isEmpty() ? List.of() : Arrays.stream(field.split(" ")).map(item -> {
            int equals = item.indexOf('=');
            return new Item(offset(item.substring(0, equals)), item.substring(equals + 1));
        }).collect(Collectors.toList());
    }

    private Place place(String field) {
        int colon = field.indexOf(':');
        return colon < 0 ? null : new Place(numbered.get(Integer.parseInt(field.substring(0, colon))), offset(field));
    }

    private static int offset(String field) {
        int colon = field.indexOf(':');
        return colon < 0 ? -1 : Integer.parseInt(field.substring(colon + 1));
    }

    private SourceText text(String name) {
        if (name.endsWith(".mod")) {
            // Made by the reader, and gone with it.
            return new SourceText(Path.of(name), "");
        }
        try {
            Path path = Path.of(name).toRealPath();
            SourceText known = texts.get(path);
            if (known == null) {
                // Offsets are those of a text whose lines end with one character.
                known = new SourceText(path, Files.readString(path, StandardCharsets.ISO_8859_1).replace("\r\n", "\n"));
                texts.put(path, known);
                files.add(known);
            }
            return known;
        } catch (IOException unreadable) {
            throw new RefactorException(name + " can't be read: " + unreadable.getMessage() + "; make it readable");
        }
    }
}
