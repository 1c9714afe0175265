package flotilla.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;

/** Runs as JSON files. */
public final class StoredRun {
    private static final Gson JSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().disableJdkUnsafe().create();
    private static final Pattern NUMBERS = Pattern.compile("\\[[-+.,\\dE\\s]+]");

    public static BenchRun read(Path file) {
        try {
            BenchRun run = JSON.fromJson(Files.readString(file), BenchRun.class);
            if (run == null || run.format() != BenchRun.FORMAT) {
                throw new BenchException(file + " is no run of this version of flotilla bench; make one with --json");
            }
            return run;
        } catch (NoSuchFileException missing) {
            throw new BenchException(file + ": no such file; make one with --json");
        } catch (MalformedInputException | JsonParseException | IllegalArgumentException damaged) {
            throw new BenchException(file + " is no stored run of flotilla bench; make one with --json");
        } catch (IOException unreadable) {
            throw new BenchException(file + " can't be read: " + unreadable.getMessage());
        } catch (RuntimeException damaged) {
            // Gson wraps what a record's constructor throws in exceptions of its own choice.
            if (damaged instanceof BenchException known) {
                throw known;
            }
            throw new BenchException(file + " is no stored run of flotilla bench; make one with --json");
        }
    }

    /** All or nothing: an earlier run of the same name stays until this one is whole. */
    public static void write(BenchRun run, Path file) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            // Samples of a measurement stand in one line: a run is read by people, too.
            String text = JSON.toJson(run);
            Files.writeString(fresh, joinNumbers(text) + "\n");
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new BenchException("--json " + file + ": can't be written: " + unwritable.getMessage() + "; name a file in a folder that is there");
        }
    }

    private static String joinNumbers(String text) {
        return NUMBERS.matcher(text)
                .replaceAll(match -> match.group().replaceAll("\\s+", " ").replace("[ ", "[").replace(" ]", "]"));
    }

    private StoredRun() {}
}
