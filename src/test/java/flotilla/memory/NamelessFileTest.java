package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamelessFileTest {
    @TempDir
    Path folder;

    private void check(NamelessFile file) throws IOException {
        try (Stream<Path> names = Files.list(folder)) {
            assertThat(names).isEmpty();
        }
        Path other = Files.writeString(folder.resolve("other"), "what stands there and more");
        int descriptor = Mapping.open(other);
        file.fill(descriptor, 17);
        Mapping.close(descriptor);
        file.write(5, "came".getBytes(StandardCharsets.UTF_8));
        assertThat(file.path()).hasContent("what cameds there");
        Path path = file.path();
        file.close();
        assertThat(Files.exists(path)).isFalse();
    }

    @Test
    void inAFolder() throws IOException {
        check(NamelessFile.in(folder, "label"));
    }

    @Test
    void whereFileSystemsHaveNoFilesWithoutAName() throws IOException {
        check(NamelessFile.unlinked(folder, "label"));
    }

    @Test
    void inMemory() throws IOException {
        check(NamelessFile.inMemory("label"));
    }

    @Test
    void aFolderThatIsNotThere() {
        assertThatThrownBy(() -> NamelessFile.in(folder.resolve("none"), "label")).isInstanceOf(SystemCallException.class)
                .hasMessageContaining(folder + "/none");
    }
}
