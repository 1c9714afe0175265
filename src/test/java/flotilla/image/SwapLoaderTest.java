package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.elf.ElfFile;
import flotilla.elf.NativeCompiler;
import flotilla.elf.Variables;
import flotilla.elf.Variables.Variable;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the loader finds in a file of method {@code swap}. */
final class SwapLoaderTest {
    private static final String SOURCE = """
            char small[3]; short number; int word; long wide; double real; int list[100]; float single; int bits;
            int only_address; int next_to_it;
            int main(int argc, char **argv)
            {
                small[1] = 7, number = 0x1234, word = 5, wide = -1, real += argc, list[4]++, single = argc * 2.5f;
                if (bits & 0x100) word <<= 3;
                if (number == 77) wide *= 12345;
                return word + *(volatile int *)&only_address;
            }
            """;

    @TempDir
    private Path folder;

    private List<String> direct(String... options) {
        Path program = new NativeCompiler(folder).program("program", SOURCE, options);
        try (ElfFile file = ElfFile.read(program)) {
            var places = new TreeMap<Long, Long>();
            Variables variables = Variables.of(file, program);
            variables.all().forEach(variable -> places.put(variable.start(), variable.end()));
            var found = DirectReferences.of(file, places);
            return variables.all().stream().filter(variable -> found.contains(variable.start()) && !variables.marks().contains(variable.start()))
                    .map(Variable::name).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O0", "-O1", "-O2", "-O3"})
    void directReferences(String level) {
        // Whichever begins where the start-up files' mark is, is left out.
        assertThat(direct("-fPIE", "-pie", level)).doesNotContain("next_to_it").hasSizeBetween(8, 9)
                .isSubsetOf("small", "number", "word", "wide", "real", "list", "single", "bits", "only_address");
    }

    @Test
    void noneWhereAllGoesThroughTheTable() {
        assertThat(direct("-fPIC", "-O2", "-Wl,--no-relax")).isEmpty();
        // Without that the linker makes direct ones of them.
        assertThat(direct("-fPIC", "-O2")).isNotEmpty();
    }
}
