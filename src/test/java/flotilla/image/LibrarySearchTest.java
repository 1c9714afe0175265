package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.elf.ElfFile;
import flotilla.elf.NativeCompiler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrarySearchTest {
    @TempDir
    Path folder;

    private NativeCompiler compiler;
    private final List<String> searched = new ArrayList<>();

    @BeforeEach
    void setUp() throws Exception {
        NativeCompiler.require();
        compiler = new NativeCompiler(folder);
        Path library = compiler.library("libx.so", "int x;");
        for (String name : new String[] {"a", "b", "c", "default"}) {
            Files.createDirectory(folder.resolve(name));
            Files.copy(library, folder.resolve(name).resolve("libx.so"));
        }
        Files.delete(library);
    }

    private LibrarySearch search(Map<String, String> environment) {
        return new LibrarySearch(environment, LibraryCache.parse(new byte[0]), List.of(folder.resolve("default").toString()));
    }

    private LibrarySearch.Requester requester(String name, LibrarySearch.Requester loader, String... options) {
        return new LibrarySearch.Requester(ElfFile.read(compiler.library(name, "int y;", options)), folder, loader);
    }

    private Path find(Map<String, String> environment, LibrarySearch.Requester requester) {
        return search(environment).find("libx.so", requester, searched);
    }

    @Test
    void runPathComesAfterTheVariable() {
        var requester = requester("new", null, "-Wl,--enable-new-dtags,-rpath,$ORIGIN/a");

        assertThat(find(Map.of(), requester)).isEqualTo(folder.resolve("a/libx.so"));
        assertThat(find(Map.of("LD_LIBRARY_PATH", "/none:" + folder.resolve("b")), requester))
                .isEqualTo(folder.resolve("b/libx.so"));
        assertThat(searched).contains("LD_LIBRARY_PATH /none", "RUNPATH " + folder + "/a");
    }

    @Test
    void oldRunPathComesBeforeTheVariable() {
        var requester = requester("old", null, "-Wl,--disable-new-dtags,-rpath,${ORIGIN}/a");

        assertThat(find(Map.of("LD_LIBRARY_PATH", folder.resolve("b").toString()), requester))
                .isEqualTo(folder.resolve("a/libx.so"));
    }

    @Test
    void oldRunPathIsInheritedUnlessThereIsANewOne() {
        var loader = requester("loader", null, "-Wl,--disable-new-dtags,-rpath,$ORIGIN/a");

        assertThat(find(Map.of(), requester("plain", loader))).isEqualTo(folder.resolve("a/libx.so"));
        assertThat(find(Map.of(), requester("new", loader, "-Wl,--enable-new-dtags,-rpath,$ORIGIN/c")))
                .isEqualTo(folder.resolve("c/libx.so"));
    }

    @Test
    void newRunPathIsNotInherited() {
        var loader = requester("loader", null, "-Wl,--enable-new-dtags,-rpath,$ORIGIN/a");

        assertThat(find(Map.of(), requester("plain", loader))).isEqualTo(folder.resolve("default/libx.so"));
    }

    @Test
    void defaultFoldersCanBeSwitchedOff() {
        assertThat(find(Map.of(), requester("picky", null, "-Wl,-z,nodefaultlib"))).isNull();
    }

    @Test
    void librariesOfOtherMachinesArePassedOver() throws Exception {
        byte[] other = Files.readAllBytes(folder.resolve("a/libx.so"));
        other[18] = (byte) 183;
        Files.write(folder.resolve("a/libx.so"), other);

        assertThat(find(Map.of("LD_LIBRARY_PATH", folder.resolve("a") + ":" + folder.resolve("b")), requester("r", null)))
                .isEqualTo(folder.resolve("b/libx.so"));
    }

    @Test
    void variantsForThisProcessorComeFirst() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeFalse(ProcessorLevel.NAMES.isEmpty(), "skipped: the processor has no level above the first");
        String level = ProcessorLevel.NAMES.getFirst();
        for (String name : new String[] {level, "x86-64-v9"}) {
            Path variant = Files.createDirectories(folder.resolve("b/glibc-hwcaps").resolve(name));
            Files.copy(folder.resolve("a/libx.so"), variant.resolve("libx.so"));
        }

        assertThat(find(Map.of("LD_LIBRARY_PATH", folder.resolve("b").toString()), requester("r", null)))
                .isEqualTo(folder.resolve("b/glibc-hwcaps/" + level + "/libx.so"));
    }

    @Test
    void levelsOfProcessorsBuildUponEachOther() {
        var second = java.util.Set.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3");
        assertThat(ProcessorLevel.of(second)).containsExactly("x86-64-v2");
        assertThat(ProcessorLevel.of(java.util.Set.of("avx512f", "avx2"))).isEmpty();
    }

    @Test
    void namesWithSlashesAreNotSearched() {
        assertThat(search(Map.of()).find("$ORIGIN/c/libx.so", requester("r", null), searched))
                .isEqualTo(folder.resolve("c/libx.so"));
        assertThat(search(Map.of()).find("./nope/libx.so", requester("r", null), searched)).isNull();
    }

    @Test
    void tokensAreWholeWords() {
        assertThat(LibrarySearch.expand("$ORIGIN/$ORIGINAL/${PLATFORM}", Path.of("/o"))).isEqualTo("/o/$ORIGINAL/x86_64");
    }
}
