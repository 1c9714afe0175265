package flotilla.refactor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/** The files that a refactoring makes, in a folder of their own. */
public final class Results {
    /**
     * Writes them. One character is one byte.
     *
     * @param isSource whether a file is one of the program's
     * @throws RefactorException when one would overwrite a source, or can't be written
     */
    public static void write(Path folder, Map<Path, String> texts, Predicate<Path> isSource) {
        texts.keySet().stream().filter(isSource).findFirst().ifPresent(source -> {
            throw new RefactorException("-o " + folder + ": " + source + " is one of the sources; name another folder");
        });
        try {
            for (Map.Entry<Path, String> text : texts.entrySet()) {
                Files.createDirectories(text.getKey().toAbsolutePath().getParent());
                Files.writeString(text.getKey(), text.getValue(), StandardCharsets.ISO_8859_1);
            }
        } catch (IOException unwritable) {
            throw new RefactorException("-o " + folder + " can't be written: " + unwritable.getMessage() + "; name a folder that can");
        }
    }

    /** What can't be compiled is not handed over as if it were good. */
    public static RefactorException doesNotCompile(String error) {
        return new RefactorException("the result does not compile: " + error
                + "; this is a limit of refactor: write that place of the source differently, and please report it");
    }

    private Results() {}
}
