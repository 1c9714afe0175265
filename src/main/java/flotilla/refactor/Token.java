package flotilla.refactor;

/** A token of a file's text. {@code directive}: where the directive begins in which it stands, or -1. */
record Token(int start, int end, Kind kind, int directive) {
    enum Kind { WORD, NUMBER, TEXT, SIGN }
}
