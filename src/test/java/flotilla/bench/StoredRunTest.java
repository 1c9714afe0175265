package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoredRunTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        BenchRun run = Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 1.5, 1e-7, 2.25e9), Runs.of("hop \"x\" <8>", 8, MpiSystem.MPICH, 4));
        Path file = folder.resolve("run.json");
        StoredRun.write(run, file);
        assertThat(StoredRun.read(file)).isEqualTo(run);
        assertThat(folder).isDirectoryContaining(file::equals);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void everySampleAndTheMedianStandInTheFile() throws IOException {
        Path file = folder.resolve("run.json");
        StoredRun.write(Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 9, 1, 5)), file);
        assertThat(Files.readString(file)).contains("\"samples\": [9.0, 1.0, 5.0]", "\"median\": 5.0", "\"cpu\": \"A Processor\"",
                "\"Java\": \"25\"", "something: did not work");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{", "null", "17", "{}", "{\"format\": 1}", "{\"format\": 99, \"measurements\": []}", "\0\1\2",
        "{\"format\":1,\"date\":\"d\",\"machine\":{\"cpu\":\"c\",\"kernel\":\"k\"},\"versions\":{},\"measurements\":[{}],\"remarks\":[]}",
        "{\"format\":1,\"date\":\"d\",\"machine\":{\"cpu\":\"c\",\"kernel\":\"k\"},\"versions\":{},\"measurements\":[null],\"remarks\":[]}",
        "{\"format\":1,\"date\":\"d\",\"machine\":{\"cpu\":\"c\",\"kernel\":\"k\"},\"versions\":{},\"measurements\":[{\"group\":\"g\",\"series\":\"s\","
                + "\"system\":\"x\",\"unit\":\"ns\",\"samples\":[\"many\"]}],\"remarks\":[]}"
    })
    void whatIsNoRunIsRefusedByName(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), text);
        assertThatThrownBy(() -> StoredRun.read(file)).isInstanceOf(BenchException.class).hasMessageContaining(file.toString());
    }

    @Test
    void otherEncodingsAndFoldersAreRefused() throws IOException {
        Path file = Files.write(folder.resolve("latin.json"), new byte[] {'{', (byte) 0xE4, '}'});
        assertThatThrownBy(() -> StoredRun.read(file)).isInstanceOf(BenchException.class).hasMessageContaining("latin.json");
        assertThatThrownBy(() -> StoredRun.read(folder)).isInstanceOf(BenchException.class).hasMessageContaining(folder.toString());
        assertThatThrownBy(() -> StoredRun.read(folder.resolve("none"))).isInstanceOf(BenchException.class).hasMessageContaining("no such file");
    }
}
