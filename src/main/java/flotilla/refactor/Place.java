package flotilla.refactor;

/**
 * Where a token of the program stands: as spelled (the text that an edit would change) and as expanded (the same, but for what
 * comes from a macro: there the macro's name at its use).
 */
record Place(String file, int offset, int length, String expandedFile, int expandedOffset, boolean macro) {
    static final Place NOWHERE = new Place("", -1, 0, "", -1, false);

    boolean known() {
        return offset >= 0;
    }

    int end() {
        return offset + length;
    }
}
