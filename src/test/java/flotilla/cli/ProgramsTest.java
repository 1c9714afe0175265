package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramsTest {
    @TempDir
    private Path folder;
    private Path here;
    private Path onPath;

    @BeforeEach
    void folders() throws IOException {
        here = Files.createDirectory(folder.resolve("here"));
        onPath = Files.createDirectory(folder.resolve("path"));
    }

    private static Path executable(Path file) throws IOException {
        Files.writeString(file, "x");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    @Test
    void nameWithASlashIsAPath() throws IOException {
        Path program = executable(here.resolve("program"));
        executable(onPath.resolve("program"));
        assertThat(Programs.find("./program", here, onPath.toString())).isEqualTo(program);
        assertThat(Programs.find(program.toString(), folder, null)).isEqualTo(program);
        assertThat(Programs.find("../here/program", onPath, null)).isEqualTo(program);
    }

    @Test
    void searchPathComesBeforeTheCurrentFolder() throws IOException {
        Path local = executable(here.resolve("program"));
        Path found = executable(onPath.resolve("program"));
        assertThat(Programs.find("program", here, "/nowhere:" + onPath)).isEqualTo(found);
        assertThat(Programs.find("program", here, "/nowhere")).isEqualTo(local);
        assertThat(Programs.find("program", here, null)).isEqualTo(local);
    }

    @Test
    void emptyEntryOfTheSearchPathIsTheCurrentFolder() throws IOException {
        Path local = executable(here.resolve("program"));
        executable(onPath.resolve("program"));
        assertThat(Programs.find("program", here, ":" + onPath)).isEqualTo(local);
    }

    @Test
    void whatCannotBeRunOnThePathIsPassedOver() throws IOException {
        Files.writeString(onPath.resolve("program"), "not executable");
        Path local = executable(here.resolve("program"));
        assertThat(Programs.find("program", here, onPath.toString())).isEqualTo(local);
    }

    @Test
    void missingOnesAreNamed() {
        assertThatThrownBy(() -> Programs.find("program", here, onPath.toString())).isInstanceOf(BadInputException.class)
                .hasMessageContaining("program not found: program").hasMessageContaining(here.toString());
        assertThatThrownBy(() -> Programs.find("./program", here, null)).isInstanceOf(BadInputException.class)
                .hasMessageContaining(here.resolve("program").toString());
        assertThatThrownBy(() -> Programs.find("../path", here, null)).isInstanceOf(BadInputException.class)
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> Programs.find("", here, null)).isInstanceOf(BadInputException.class);
    }
}
