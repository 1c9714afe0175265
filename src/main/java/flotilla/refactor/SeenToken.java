package flotilla.refactor;

/**
 * A token as the compiler sees it, after preprocessing. Of words in the program's own files it is known where they are spelled
 * and where they are expanded; of others only the text.
 */
record SeenToken(String text, boolean word, Place at) {}
