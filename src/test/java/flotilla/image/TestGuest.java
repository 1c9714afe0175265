package flotilla.image;

import flotilla.elf.NativeCompiler;
import java.nio.file.Path;
import java.util.Map;

/** A guest library with everything the loader wants of it and nothing that runs. */
final class TestGuest {
    private static final String SOURCE = """
            #include <stddef.h>
            #define EXPORT __attribute__((visibility("default")))
            EXPORT void *flotilla_control;
            EXPORT void *flotilla_plain_gate_table[4096];
            extern __typeof__(flotilla_plain_gate_table) flotilla_call_gate_table
                __attribute__((alias("flotilla_plain_gate_table"), visibility("default")));
            EXPORT char flotilla_plain_gates[4096 * 8], flotilla_call_gates[4096 * 16], flotilla_missing_stubs[256 * 16];
            EXPORT void flotilla_start(void) {}
            EXPORT void flotilla_continue(void) {}
            EXPORT void flotilla_tlsdesc_static(void) {}
            EXPORT void flotilla_tlsdesc_dynamic(void) {}
            EXPORT int __libc_start_main(void) { return 0; }
            static char standard_output[64] = "standard output";
            EXPORT void *stdout = standard_output;
            extern void *flotilla_host_malloc(size_t);
            EXPORT void *malloc(size_t size) { return flotilla_host_malloc(size); }
            EXPORT int MPI_Init(int *argc, char ***argv) { return 0; }
            EXPORT int MPI_Finalize(void) { return 0; }
            EXPORT void mpi_init_(int *error) {}
            """;

    private final Path folder;
    private final NativeCompiler compiler;

    TestGuest(Path folder) {
        this.folder = folder;
        this.compiler = new NativeCompiler(folder);
        for (String face : new String[] {"standard", "mpich"}) {
            compiler.library("libflotilla-guest-" + face + ".so", SOURCE, "-nostdlib", "-fvisibility=hidden",
                    "-fno-stack-protector", "-fno-builtin");
        }
    }

    NativeCompiler compiler() {
        return compiler;
    }

    PreparedProgram prepare(Path program, Map<String, String> environment) {
        return prepare("pie", program, environment);
    }

    PreparedProgram prepare(String method, Path program, Map<String, String> environment) {
        return Privatization.named(method).prepare(program,
                LoadOptions.of(folder, 1L << 32).withEnvironment(environment));
    }
}
