package flotilla.elf.debug;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.elf.ElfFile;
import flotilla.elf.NativeCompiler;
import flotilla.elf.Variables;
import flotilla.elf.Variables.Variable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables of a file, and where they are defined. */
final class VariableLinesTest {
    private static final String SOURCE = """
            #include <stdio.h>
            int global = 1;
            static int hidden;
            const int constant = 7;
            extern int declared;

            struct { int a, b; } many[10];
            const char *const names[] = {"a", "b"};
            int declared;
            FILE **copied = &stdout;
            int next(void)
            {
                static int calls = 5;
                return calls++ + hidden++;
            }
            __attribute__((visibility("hidden"))) int inside = 3;
            __thread int thread_local_one = 4;
            int main(void) { return next() + many[1].a + constant + (names[0] != 0) + inside + thread_local_one; }
            """;

    @TempDir
    private Path folder;

    private static Map<String, Variable> variables(Path program) {
        try (ElfFile file = ElfFile.read(program)) {
            return Variables.of(file, program).all().stream().collect(Collectors.toMap(Variable::name, Function.identity()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5", "-gz=zlib"})
    void linesOfDefinitions(String option) {
        Path program = new NativeCompiler(folder).program("program", SOURCE, "-g", option);
        Map<String, Variable> variables = variables(program);
        Map<Long, SourceLine> lines = VariableLines.find(program, variables.values().stream().map(Variable::start).toList());
        var found = variables.values().stream().collect(Collectors.toMap(variable -> variable.name().split("\\.")[0],
                variable -> lines.get(variable.start()).toString().replaceAll(".*/", "")));
        assertThat(found).containsExactlyInAnyOrderEntriesOf(Map.of("global", "program.c:2", "hidden", "program.c:3", "many", "program.c:7",
                "declared", "program.c:9", "copied", "program.c:10", "calls", "program.c:13", "inside", "program.c:16"));
    }

    @Test
    void whatIsStatic() {
        Path program = new NativeCompiler(folder).program("program", SOURCE);
        Map<String, Variable> variables = variables(program);
        assertThat(variables.values().stream().filter(Variable::isGlobal).map(Variable::name))
                .containsExactlyInAnyOrder("global", "many", "declared", "copied");
        assertThat(variables.get("hidden").source()).isEqualTo("program.c");
        assertThat(variables.get("global").source()).isNull();
        assertThat(variables.get("many").symbol().size()).isEqualTo(80);
        assertThat(VariableLines.find(program, List.of(variables.get("global").start()))).isEmpty();
    }

    @Test
    void strippedFiles() {
        Path program = new NativeCompiler(folder).program("program", SOURCE, "-s", "-rdynamic");
        try (ElfFile file = ElfFile.read(program)) {
            Variables variables = Variables.of(file, program);
            assertThat(variables.isComplete()).isFalse();
            assertThat(variables.all()).extracting(Variable::name).containsExactlyInAnyOrder("global", "many", "declared", "copied");
        }
    }
}
