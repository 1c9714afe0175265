package flotilla.refactor;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code -dump-tokens} writes: {@code identifier 'x' [LeadingSpace] Loc=<main.c:3:5 <Spelling=main.c:1:9>>}. */
final class TokenReader {
    private static final Pattern LINE = Pattern.compile(
            "(\\w+) '(.*)'\\s.*Loc=<(.*?):(\\d+):(\\d+)(?: <Spelling=(.*?):(\\d+):(\\d+)>)?>$");
    static final String PASTED = "<scratch space>";

    private final UnaryOperator<String> pathOf;
    private final Function<String, SourceFile> fileOf;

    /** {@code fileOf}: the program's own file of a path, or null. */
    TokenReader(UnaryOperator<String> pathOf, Function<String, SourceFile> fileOf) {
        this.pathOf = pathOf;
        this.fileOf = fileOf;
    }

    List<SeenToken> read(BufferedReader lines) throws IOException {
        var tokens = new ArrayList<SeenToken>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher match = LINE.matcher(line);
            if (match.matches()) {
                tokens.add(token(match));
            }
        }
        return tokens;
    }

    private SeenToken token(Matcher match) {
        String text = match.group(2);
        SourceFile expanded = fileOf.apply(pathOf.apply(match.group(3)));
        if (expanded == null) {
            return new SeenToken(text, false, Place.NOWHERE);
        }
        boolean word = match.group(1).equals("identifier");
        int expandedOffset = expanded.offset(Integer.parseInt(match.group(4)), Integer.parseInt(match.group(5)));
        if (match.group(6) == null) {
            return new SeenToken(text, word, new Place(expanded.path, expandedOffset, text.length(), expanded.path, expandedOffset, false));
        }
        String spelledPath = match.group(6).equals(PASTED) ? PASTED : pathOf.apply(match.group(6));
        SourceFile spelled = fileOf.apply(spelledPath);
        int offset = spelled == null ? 0 : spelled.offset(Integer.parseInt(match.group(7)), Integer.parseInt(match.group(8)));
        return new SeenToken(text, word, new Place(spelledPath, offset, text.length(), expanded.path, expandedOffset, true));
    }
}
