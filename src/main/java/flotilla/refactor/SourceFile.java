package flotilla.refactor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A file's text, its tokens before preprocessing, and its comments. One character of the text is one byte of the file. */
final class SourceFile {
    final String path;
    final String text;
    final List<Token> tokens = new ArrayList<>();
    final List<Token> comments = new ArrayList<>();
    final Set<String> words = new HashSet<>();
    private final int[] lineStarts;

    SourceFile(String path, String text) {
        this.path = path;
        this.text = text;
        var starts = new ArrayList<Integer>(List.of(0));
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                starts.add(i + 1);
            }
        }
        lineStarts = starts.stream().mapToInt(Integer::intValue).toArray();
        tokenize();
    }

    private void tokenize() {
        int directive = -1;
        boolean lineBegins = true;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\n') {
                directive = -1;
                lineBegins = true;
                i++;
            } else if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '\\' && (text.startsWith("\n", i + 1) || text.startsWith("\r\n", i + 1))) {
                i = text.indexOf('\n', i) + 1;
            } else if (text.startsWith("/*", i)) {
                int end = text.indexOf("*/", i + 2);
                end = end < 0 ? text.length() : end + 2;
                comments.add(new Token(i, end, Token.Kind.TEXT, directive));
                i = end;
            } else if (text.startsWith("//", i)) {
                int end = i;
                while (end < text.length() && (text.charAt(end) != '\n' || text.charAt(end - 1) == '\\')) {
                    end++;
                }
                comments.add(new Token(i, end, Token.Kind.TEXT, directive));
                i = end;
            } else {
                if (c == '#' && lineBegins) {
                    directive = i;
                }
                lineBegins = false;
                int end = tokenEnd(i);
                Token.Kind kind = Character.isJavaIdentifierStart(c) ? Token.Kind.WORD
                        : c == '"' || c == '\'' ? Token.Kind.TEXT : Character.isDigit(c) ? Token.Kind.NUMBER : Token.Kind.SIGN;
                tokens.add(new Token(i, end, kind, directive));
                if (kind == Token.Kind.WORD) {
                    words.add(text.substring(i, end));
                }
                i = end;
            }
        }
    }

    private int tokenEnd(int start) {
        char c = text.charAt(start);
        int i = start + 1;
        if (Character.isJavaIdentifierStart(c)) {
            while (i < text.length() && Character.isJavaIdentifierPart(text.charAt(i))) {
                i++;
            }
        } else if (Character.isDigit(c)) {
            while (i < text.length() && (Character.isJavaIdentifierPart(text.charAt(i)) || text.charAt(i) == '.'
                    || (text.charAt(i) == '+' || text.charAt(i) == '-') && "eEpP".indexOf(text.charAt(i - 1)) >= 0)) {
                i++;
            }
        } else if (c == '"' || c == '\'') {
            while (i < text.length() && text.charAt(i) != c && text.charAt(i) != '\n') {
                i += text.charAt(i) == '\\' ? 2 : 1;
            }
            i = Math.min(i + 1, text.length());
        } else if (text.startsWith("->", start) || text.startsWith("&&", start) || text.startsWith("##", start)
                || text.startsWith("==", start)) {
            i++;
        }
        return i;
    }

    /** Macros that end somewhere in this file. */
    Set<String> undefined() {
        var names = new HashSet<String>();
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.get(i).directive() >= 0 && word(i - 1).equals("undef")) {
                names.add(word(i));
            }
        }
        return names;
    }

    /** Whether it includes a file by the way from its own folder. */
    boolean includesBeside(String other) {
        for (int i = 2; i < tokens.size(); i++) {
            if (tokens.get(i).directive() >= 0 && word(i - 1).equals("include") && word(i).startsWith("\"")) {
                String way = word(i).substring(1, word(i).length() - 1);
                if (Path.of(path).resolveSibling(way).normalize().toString().equals(other)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The number of the token that begins at {@code offset}, or, where none does, of the next one. */
    int tokenFrom(int offset) {
        int low = 0;
        int high = tokens.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tokens.get(middle).start() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    String word(int token) {
        return token < 0 || token >= tokens.size() ? "" : text.substring(tokens.get(token).start(), tokens.get(token).end());
    }

    boolean inDirective(int offset) {
        int token = tokenFrom(offset);
        return token < tokens.size() && tokens.get(token).start() == offset && tokens.get(token).directive() >= 0;
    }

    int line(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Where line and column, both from 1, are in the text. */
    int offset(int line, int column) {
        return line > lineStarts.length ? text.length() : lineStarts[line - 1] + column - 1;
    }

    int lineStart(int offset) {
        return lineStarts[line(offset) - 1];
    }

    /** The words of a part of the text, directives included. */
    Set<String> wordsOf(int from, int to) {
        var found = new HashSet<String>();
        for (int i = tokenFrom(from); i < tokens.size() && tokens.get(i).start() < to; i++) {
            if (tokens.get(i).kind() == Token.Kind.WORD) {
                found.add(word(i));
            }
        }
        return found;
    }

    /** The opening parenthesis that follows a name at {@code offset}, maybe after parentheses around the name, or -1. */
    int parenthesisAfter(int offset) {
        int token = tokenFrom(offset);
        int directive = tokens.get(token).directive();
        for (token++; token < tokens.size() && tokens.get(token).directive() == directive; token++) {
            if (word(token).equals("(")) {
                return token;
            }
            if (!word(token).equals(")")) {
                return -1;
            }
        }
        return -1;
    }

    /** The token that closes the bracket which {@code open} opens, or the number of tokens. */
    int closing(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            switch (word(i)) {
                case "(", "[", "{" -> depth++;
                case ")", "]", "}" -> {
                    if (--depth == 0) {
                        return i;
                    }
                }
                default -> { }
            }
        }
        return tokens.size();
    }
}
