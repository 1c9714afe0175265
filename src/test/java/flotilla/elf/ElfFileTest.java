package flotilla.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {
    private static final String LIBRARY = """
            int answer(void) { return 42; }
            int variable = 7;
            static int local_function(void) { return 1; }
            int (*pointer)(void) = local_function;
            __thread long tls = 5;
            __attribute__((visibility("hidden"))) int hidden(void) { return 2; }
            extern int weak_one(void) __attribute__((weak));
            int use(void) { return weak_one ? weak_one() : hidden(); }
            __attribute__((constructor)) static void start(void) { variable++; }
            __attribute__((destructor)) static void stop(void) { variable--; }
            """;

    @TempDir
    Path folder;

    private NativeCompiler compiler;

    @BeforeEach
    void setUp() {
        compiler = new NativeCompiler(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "sysv", "both"})
    void findsSymbolsByEveryHashTable(String style) {
        ElfFile file = ElfFile.read(compiler.library("lib.so", LIBRARY, "-Wl,--hash-style=" + style));

        assertThat(file.lookup(new SymbolName("answer"), null)).satisfies(symbol -> {
            assertThat(symbol.isFunction()).isTrue();
            assertThat(file.loadAt(symbol.value(), symbol.size()).executable()).isTrue();
        });
        assertThat(file.lookup(new SymbolName("variable"), null).type()).isEqualTo(Elf.STT_OBJECT);
        assertThat(file.lookup(new SymbolName("tls"), null).type()).isEqualTo(Elf.STT_TLS);
        assertThat(file.lookup(new SymbolName("hidden"), null)).isNull();
        assertThat(file.lookup(new SymbolName("weak_one"), null)).isNull();
        assertThat(file.lookup(new SymbolName("no_such_symbol"), null)).isNull();
    }

    @Test
    void readsWhatTheDynamicSectionSays() {
        compiler.library("libother.so", "int other;");
        ElfFile file = ElfFile.read(compiler.library("lib.so", LIBRARY, "-Wl,-soname,libthis.so.3",
                "-Wl,--enable-new-dtags,-rpath,$ORIGIN/x:/y", "-Wl,--build-id", "-Wl,--no-as-needed", "-L.", "-lother",
                "-Wl,-z,now", "-ftls-model=initial-exec"));

        assertThat(file.soname()).isEqualTo("libthis.so.3");
        assertThat(file.runpath()).isEqualTo("$ORIGIN/x:/y");
        assertThat(file.rpath()).isNull();
        assertThat(file.needed()).containsExactly("libother.so", "libc.so.6");
        assertThat(file.buildId()).hasSize(20);
        assertThat(file.bindsNow()).isTrue();
        assertThat(file.interpreter()).isNull();
        assertThat(file.initArray().count()).isEqualTo(2);
        assertThat(file.finiArray().count()).isEqualTo(2);
        assertThat(file.init()).isNotZero();
        assertThat(file.tls().memorySize()).isEqualTo(8);
        assertThat(file.wantsExecutableStack()).isFalse();
    }

    @Test
    void readsOldRunPathsAndStaticTls() {
        ElfFile file = ElfFile.read(compiler.library("lib.so", "__thread int t; int get(void) { return t; }",
                "-Wl,--disable-new-dtags,-rpath,/old", "-ftls-model=initial-exec"));

        assertThat(file.rpath()).isEqualTo("/old");
        assertThat(file.runpath()).isNull();
        assertThat(file.flags() & Elf.DF_STATIC_TLS).isNotZero();
    }

    @Test
    void unpacksRelativeRelocations() {
        String source = "int a, b; int *p[200] = {[0 ... 149] = &a, [199] = &b};";
        var plain = ElfFile.read(compiler.library("plain.so", source, "-Wl,-Bsymbolic"));
        var packed = ElfFile.read(compiler.library("packed.so", source, "-Wl,-Bsymbolic", "-Wl,-z,pack-relative-relocs"));
        org.junit.jupiter.api.Assumptions.assumeTrue(packed.relativeRelocations().length > 0,
                "skipped: the linker does not know -z pack-relative-relocs");

        long relatives = 0;
        for (int i = 0; i < plain.relocations().count(); i++) {
            relatives += plain.relocations().type(i) == Elf.R_X86_64_RELATIVE ? 1 : 0;
        }
        long inTable = Arrays.stream(packed.relativeRelocations()).filter(offset -> packed.loadAt(offset, 8).writable()).count();
        assertThat(inTable).isEqualTo(relatives);
        long table = packed.lookup(new SymbolName("p"), null).value();
        assertThat(packed.relativeRelocations()).contains(table, table + 8, table + 149 * 8, table + 199 * 8)
                .doesNotContain(table + 150 * 8, table + 198 * 8);
    }

    @Test
    void choosesAmongVersionsAsLdSoDoes() throws Exception {
        Path script = Files.writeString(folder.resolve("map"), "V1 { global: f; g; local: *; }; V2 { global: f; h; } V1;");
        ElfFile file = ElfFile.read(compiler.library("lib.so", """
                int old_f(void) { return 1; }
                int new_f(void) { return 2; }
                int middle_f(void) { return 3; }
                int g(void) { return 4; }
                int h(void) { return 5; }
                __asm__(".symver old_f, f@V1");
                __asm__(".symver new_f, f@@V2");
                """, "-Wl,--version-script=" + script));
        var f = new SymbolName("f");

        Symbol first = file.lookup(f, "V1");
        Symbol second = file.lookup(f, "V2");
        assertThat(first.value()).isNotEqualTo(second.value());
        assertThat(file.versions().defined(first.index())).isEqualTo("V1");
        assertThat(file.versions().defined(second.index())).isEqualTo("V2");
        // A program linked before the library had versions gets the oldest, dlsym the default.
        assertThat(file.lookup(f, null)).isEqualTo(first);
        assertThat(file.lookupNewest(f)).isEqualTo(second);
        assertThat(file.lookup(f, "V3")).isNull();
        assertThat(file.lookup(new SymbolName("h"), "V2")).isNotNull();
        assertThat(file.lookup(new SymbolName("h"), "V1")).isNull();
        assertThat(file.versions().defines("V1")).isTrue();
        assertThat(file.versions().defines("V9")).isFalse();
    }

    @Test
    void knowsWhichVersionsReferencesWant() {
        ElfFile file = ElfFile.read(compiler.program("program", "#include <stdio.h>\nint main() { puts(\"x\"); return 0; }"));
        Symbol puts = file.symbols().all().stream().filter(symbol -> symbol.name().equals("puts")).findFirst().orElseThrow();

        assertThat(file.versions().wanted(puts.index())).startsWith("GLIBC_2.");
        assertThat(file.versions().needs()).anySatisfy(need -> assertThat(need.file()).isEqualTo("libc.so.6"));
        assertThat(puts.isDefined()).isFalse();
    }

    @Test
    void namesFunctionsThatAreNotExported() {
        ElfFile file = ElfFile.read(compiler.program("program",
                "__attribute__((noinline)) static int quiet(int x) { return x * 3; }\nint main(int c, char **v) { return quiet(c); }"));
        var names = FunctionNames.of(file);

        assertThat(names.at(file.entry())).isEqualTo("_start+0x0");
        Symbol main = file.symbols().all().stream().filter(s -> s.name().equals("main")).findFirst().orElse(null);
        assertThat(main).isNull();
        assertThat(names.at(file.entry() - (1L << 30))).isNull();
    }

    @Test
    void readsEveryLibraryOfTheSystem() throws Exception {
        try (var files = Files.list(Path.of("/usr/lib/x86_64-linux-gnu").toFile().isDirectory()
                ? Path.of("/usr/lib/x86_64-linux-gnu") : Path.of("/usr/lib64"))) {
            files.filter(path -> path.toString().contains(".so.")).filter(Files::isRegularFile).limit(150).forEach(path -> {
                try (ElfFile file = ElfFile.read(path)) {
                    assertThat(file.loads()).isNotEmpty();
                    for (Symbol symbol : file.symbols().all()) {
                        if (symbol.isExported()) {
                            assertThat(file.symbols().find(new SymbolName(symbol.name()))).contains(symbol);
                        }
                    }
                }
            });
        }
    }
}
