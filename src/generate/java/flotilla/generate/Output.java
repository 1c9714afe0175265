package flotilla.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text file being written: lines with printf formats. Left alone when it would not change, so that nothing is rebuilt for it. */
final class Output {
    private final StringBuilder text = new StringBuilder();

    Output line() {
        text.append('\n');
        return this;
    }

    Output line(String format, Object... arguments) {
        text.append(arguments.length == 0 ? format : String.format(format, arguments)).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    void write(Path file) throws IOException {
        String wanted = text.toString();
        if (Files.exists(file) && Files.readString(file).equals(wanted)) {
            return;
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, wanted);
    }
}
