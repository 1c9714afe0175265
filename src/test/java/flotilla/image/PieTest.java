package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.ControlBlock;
import flotilla.abi.Operation;
import flotilla.elf.ElfFile;
import flotilla.elf.NativeCompiler;
import flotilla.memory.Memory;
import flotilla.memory.ProcessMaps;
import flotilla.memory.SlotRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are prepared and instantiated with a guest library that does not run; what the loader left in memory is checked. */
class PieTest {
    private static final long CANARY = 0x1122334455667700L;
    private static final long POINTER_GUARD = 0x0102030405060708L;

    @TempDir
    Path folder;

    private TestGuest guest;
    private SlotRange slots;
    private PreparedProgram program;
    private final RankImages[] ranks = new RankImages[2];

    @BeforeEach
    void setUp() {
        NativeCompiler.require();
        guest = new TestGuest(folder);
        slots = SlotRange.choose(2, 1L << 32);
        slots = SlotRange.of(slots.base(), 1L << 32, 2);
    }

    @AfterEach
    void tearDown() {
        slots.release(0);
        slots.release(1);
        if (program != null) {
            program.close();
        }
    }

    private void load(Path path, String... environment) {
        var variables = new HashMap<String, String>();
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        program = guest.prepare(path, variables);
        for (int i = 0; i < 2; i++) {
            ranks[i] = program.instantiate(slots.base(i), new RankStart(i, 2, 0, List.of("program", "argument"),
                    List.of("HOME=/h", "X=1"), true, CANARY, POINTER_GUARD));
        }
    }

    /** Absolute address of a symbol that the program or a library exports. */
    private long address(int rank, String symbol) {
        long block = control(rank) + ControlBlock.ARGUMENTS;
        long name = control(rank) + ControlBlock.CALL_SCRATCH;
        Memory.putString(name, symbol, 100);
        Memory.putLong(block, 0);
        Memory.putLong(block + 8, name);
        Memory.putLong(block + 16, 0);
        ranks[rank].handle(Operation.DLSYM, control(rank));
        assertThat(Memory.getLong(block)).as(symbol).isOne();
        long answer = Memory.getLong(control(rank) + ControlBlock.RESULT);
        if (Memory.getLong(block + 8) != 2) {
            return answer;
        }
        // A thread-local variable: its offset in the block of a module that stands below the thread pointer.
        long module = word(rank, ControlBlock.TLS_TABLE) + (Memory.getLong(block + 16) - 1) * ControlBlock.TLS_MODULE_ENTRY_SIZE;
        return word(rank, ControlBlock.TLS_POINTER) - Memory.getLong(module + ControlBlock.TLS_MODULE_OFFSET) + answer;
    }

    private long word(int rank, int field) {
        return Memory.getLong(control(rank) + field);
    }

    private long control(int rank) {
        return ranks[rank].mainControl();
    }

    private long guestSymbol(int rank, String name) {
        return slots.base(rank) + program.symbol(name);
    }

    @Test
    void ranksHaveTheirOwnVariables() {
        load(guest.compiler().program("program", """
                int variable = 5; int *pointer = &variable; static int array[1000]; int *middle = &array[500];
                long big[1 << 20] = {1, [1 << 19] = 9}; long *in_big = &big[1 << 19];
                int huge[200 << 20];
                int main(void) { return 0; }
                """, "-rdynamic"));

        for (int rank = 0; rank < 2; rank++) {
            long variable = address(rank, "variable");
            assertThat(slots.rankOf(variable)).isEqualTo(rank);
            assertThat(Memory.getInt(variable)).isEqualTo(5);
            assertThat(Memory.getLong(address(rank, "pointer"))).isEqualTo(variable);
            assertThat(slots.rankOf(Memory.getLong(address(rank, "middle")))).isEqualTo(rank);
            long big = address(rank, "big");
            assertThat(Memory.getLong(big)).isOne();
            assertThat(Memory.getLong(big + (8L << 19))).isEqualTo(9);
            assertThat(Memory.getLong(address(rank, "in_big"))).isEqualTo(big + (8L << 19));
            assertThat(Memory.getInt(address(rank, "huge") + (700 << 20))).isZero();
        }
        Memory.putInt(address(0, "variable"), 6);
        assertThat(Memory.getInt(address(1, "variable"))).isEqualTo(5);
        assertThat(address(1, "variable") - slots.base(1)).isEqualTo(address(0, "variable") - slots.base(0));
    }

    @Test
    void aRankTakesFewMappings() {
        load(guest.compiler().program("program", "int x = 1; int main(void) { return 0; }"));

        assertThat(program.mappingsPerRank()).isEqualTo(5);
        assertThat(ProcessMaps.read().stream().filter(entry -> slots.contains(entry.start())).count()).isEqualTo(10);
        assertThat(ProcessMaps.read()).anySatisfy(entry -> assertThat(entry.file()).endsWith("/program"));
    }

    @Test
    void theControlBlockDescribesTheRank() {
        load(guest.compiler().program("program", """
                volatile int count;
                __attribute__((constructor)) static void first(void) { count++; }
                __attribute__((destructor)) static void last(void) { count--; }
                int main(void) { return 0; }
                """));

        for (int rank = 0; rank < 2; rank++) {
            long base = slots.base(rank);
            assertThat(word(rank, ControlBlock.SLOT_BASE)).isEqualTo(base);
            assertThat(word(rank, ControlBlock.SLOT_SIZE)).isEqualTo(slots.slotSize());
            assertThat(Memory.getInt(control(rank) + ControlBlock.WORLD_RANK)).isEqualTo(rank);
            assertThat(Memory.getInt(control(rank) + ControlBlock.WORLD_SIZE)).isEqualTo(2);
            assertThat(word(rank, ControlBlock.STDOUT_IS_TERMINAL)).isOne();
            assertThat(Memory.getString(word(rank, ControlBlock.PROGRAM_PATH))).endsWith("/program");
            assertThat(ranks[rank].symbolize(word(rank, ControlBlock.ENTRY))).isEqualTo("_start+0x0 in program");
            assertThat(guestSymbol(rank, "flotilla_control")).isEqualTo(control(rank));
            assertThat(word(rank, ControlBlock.PROGRAM_INIT_COUNT)).isEqualTo(3);
            long lastInit = word(rank, ControlBlock.INIT_LIST) + (word(rank, ControlBlock.INIT_COUNT) - 1) * 8;
            assertThat(ranks[rank].symbolize(Memory.getLong(lastInit))).isEqualTo("first+0x0 in program");
            assertThat(ranks[rank].symbolize(Memory.getLong(word(rank, ControlBlock.FINI_LIST)))).isEqualTo("last+0x0 in program");
            assertThat(word(rank, ControlBlock.IMAGE_COUNT)).isEqualTo(2);
            assertThat(word(rank, ControlBlock.HEAP_SIZE)).isPositive();
            long heap = word(rank, ControlBlock.HEAP_BASE);
            Memory.putLong(heap, 1);
            Memory.putLong(heap + word(rank, ControlBlock.HEAP_SIZE) - 8, 1);
            assertThat(word(rank, ControlBlock.TLS_POINTER)).isZero();
            assertThat(word(rank, ControlBlock.GUEST_FS)).isZero();
        }
    }

    @Test
    void theStackIsAsTheKernelMakesIt() {
        load(guest.compiler().program("program", "int main(void) { return 0; }"));

        long sp = word(1, ControlBlock.GUEST_SP);
        assertThat(Memory.getInt(sp)).isEqualTo(0x1f80);
        assertThat(Memory.getShort(sp + 4)).isEqualTo((short) 0x37f);
        assertThat(Memory.getLong(sp + 0x38)).isEqualTo(guestSymbol(1, "flotilla_start"));
        long argc = sp + 0x40;
        assertThat(argc % 16).isZero();
        assertThat(Memory.getLong(argc)).isEqualTo(2);
        assertThat(Memory.getString(Memory.getLong(argc + 16))).isEqualTo("argument");
        assertThat(Memory.getLong(argc + 24)).isZero();
        assertThat(Memory.getString(Memory.getLong(argc + 32))).isEqualTo("HOME=/h");
        assertThat(Memory.getLong(argc + 48)).isZero();
        var vector = new HashMap<Long, Long>();
        for (long at = argc + 56; Memory.getLong(at) != 0; at += 16) {
            vector.put(Memory.getLong(at), Memory.getLong(at + 8));
        }
        assertThat(vector).containsEntry(6L, 4096L).containsEntry(23L, 0L)
                .containsEntry(9L, word(1, ControlBlock.ENTRY)).containsKeys(3L, 16L, 25L).doesNotContainKey(33L);
        assertThat(Memory.getString(vector.get(31L))).endsWith("/program");
        // The program header table starts with one that describes itself.
        assertThat(Memory.getInt(vector.get(3L))).isEqualTo(6);
        assertThat(slots.rankOf(vector.get(25L))).isOne();
    }

    @Test
    void hostFunctionsAreReachedThroughGates() {
        load(guest.compiler().program("program", """
                #include <string.h>
                #include <time.h>
                #include <math.h>
                #include <stdlib.h>
                void *gates[] = {memcpy, time, sin, malloc, time};
                int main(void) { return 0; }
                """, "-rdynamic", "-lm"));

        long gates = address(0, "gates");
        long memcpy = Memory.getLong(gates);
        long time = Memory.getLong(gates + 8);
        assertThat(ranks[0].symbolize(memcpy)).isEqualTo("gate of memcpy");
        assertThat(ranks[0].symbolize(time)).isEqualTo("gate of time");
        assertThat(ranks[0].symbolize(Memory.getLong(gates + 16))).isEqualTo("gate of sin");
        assertThat(Memory.getLong(gates + 24)).isEqualTo(guestSymbol(0, "malloc"));
        assertThat(Memory.getLong(gates + 32)).isEqualTo(time);
        long plainIndex = (memcpy - guestSymbol(0, "flotilla_plain_gates")) / 8;
        long callIndex = (time - guestSymbol(0, "flotilla_call_gates")) / 16;
        assertThat(plainIndex).isBetween(0L, 4095L);
        assertThat(callIndex).isBetween(0L, 4095L);
        long table = guestSymbol(0, "flotilla_call_gate_table") + callIndex * 8;
        long host = Memory.getLong(table);
        assertThat(slots.contains(host)).isFalse();
        Memory.putLong(table, 0);
        ranks[0].refill();
        assertThat(Memory.getLong(table)).isEqualTo(host);
        assertThat(program.report().hostLibraries()).contains("libc.so.6", "libm.so.6");
    }

    @Test
    void copyRelocationsTakeTheGuestLibrarysVariables() {
        load(guest.compiler().program("program", """
                #include <stdio.h>
                #include <time.h>
                FILE **where = &stdout; long *zone = &timezone;
                int main(void) { return stdout == NULL || timezone; }
                """, "-rdynamic"));

        for (int rank = 0; rank < 2; rank++) {
            long stdout = Memory.getLong(address(rank, "where"));
            assertThat(slots.rankOf(stdout)).isEqualTo(rank);
            assertThat(Memory.getString(Memory.getLong(stdout))).isEqualTo("standard output");
            assertThat(slots.rankOf(Memory.getLong(stdout))).isEqualTo(rank);
        }
        assertThat(program.report().hostData()).singleElement().asString().contains("timezone of libc.so.6");
    }

    @Test
    void threadLocalVariablesOfProgramsNeedAnFsBase() {
        guest.compiler().library("libtls.so", "__thread int in_library = 3; int get(void) { return in_library; }");
        load(guest.compiler().program("program", """
                __thread int first = 7; __thread long second __attribute__((aligned(256))) = 8; extern __thread int in_library;
                int get(void);
                int main(void) { return first + second + in_library + get(); }
                """, "-rdynamic", "-L.", "-ltls", "-Wl,-rpath,$ORIGIN"));

        assertThat(program.needsFsBase()).isTrue();
        assertThat(program.report().fsBaseReason()).isEqualTo("program has thread-local variables");
        for (int rank = 0; rank < 2; rank++) {
            long tp = word(rank, ControlBlock.GUEST_FS);
            assertThat(tp).isEqualTo(word(rank, ControlBlock.TLS_POINTER));
            assertThat(Memory.getLong(tp)).isEqualTo(tp);
            assertThat(Memory.getLong(tp + 0x28)).isEqualTo(CANARY);
            assertThat(Memory.getLong(tp + 0x30)).isEqualTo(POINTER_GUARD);
            assertThat(word(rank, ControlBlock.TLS_COUNT)).isEqualTo(2);
            assertThat(Memory.getInt(address(rank, "first"))).isEqualTo(7);
            assertThat(Memory.getLong(address(rank, "second"))).isEqualTo(8);
            assertThat(address(rank, "second") % 256).isZero();
            assertThat(Memory.getInt(address(rank, "in_library"))).isEqualTo(3);
            assertThat(slots.rankOf(address(rank, "first"))).isEqualTo(rank);
        }
    }

    @Test
    void generalDynamicTlsNeedsNone() {
        guest.compiler().library("libtls.so", "__thread int in_library = 3; int get(void) { return in_library; }");
        load(guest.compiler().program("program", "int get(void); int main(void) { return get(); }", "-L.", "-ltls",
                "-Wl,-rpath,$ORIGIN"));

        assertThat(program.needsFsBase()).isFalse();
        assertThat(word(0, ControlBlock.GUEST_FS)).isZero();
        assertThat(word(0, ControlBlock.TLS_POINTER)).isNotZero();
        long module = word(0, ControlBlock.TLS_TABLE);
        long block = word(0, ControlBlock.TLS_POINTER) - Memory.getLong(module + ControlBlock.TLS_MODULE_OFFSET);
        assertThat(Memory.getInt(block)).isEqualTo(3);
    }

    @Test
    void mpiFunctionsAreTheGuestLibrarys() {
        guest.compiler().library("libmpich.so.12", "void MPI_Init(void) {} void MPI_Send(void) {} void MPI_Unheard_of(void) {}", "-Wl,-soname,libmpich.so.12");
        load(guest.compiler().program("program", """
                int MPI_Init(int *, char ***); int MPI_Unheard_of(void); int MPI_Send(void);
                void *functions[] = {MPI_Init, MPI_Send};
                int main(void) { return MPI_Init(0, 0) + MPI_Unheard_of(); }
                """, "-rdynamic", folder.resolve("libmpich.so.12").toString()), "LD_LIBRARY_PATH", folder.toString());

        assertThat(program.face()).isEqualTo("mpich");
        assertThat(Memory.getLong(address(0, "functions"))).isEqualTo(guestSymbol(0, "MPI_Init"));
        assertThat(program.missingMpiFunctions()).containsExactly("MPI_Send", "MPI_Unheard_of");
        long stub = Memory.getLong(address(0, "functions") + 8) - guestSymbol(0, "flotilla_missing_stubs");
        assertThat(stub % 16).isZero();
        assertThat(program.missingName(stub / 16)).isEqualTo("MPI_Send");
        assertThat(program.report().replacedLibraries()).containsExactly("libmpich.so.12");
    }

    @Test
    void preloadedProfilersComeBeforeTheGuestLibrary() {
        guest.compiler().library("libprofile.so", "int MPI_Init(void) { return 1; }");
        guest.compiler().library("libmpich.so.12", "int MPI_Init(void) { return 0; }", "-Wl,-soname,libmpich.so.12");
        load(guest.compiler().program("program", """
                int MPI_Init(void); void *init = MPI_Init; int main(void) { return 0; }
                """, "-rdynamic", folder.resolve("libmpich.so.12").toString()), "LD_PRELOAD", folder + "/libprofile.so no-such.so");

        assertThat(ranks[0].symbolize(Memory.getLong(address(0, "init")))).isEqualTo("MPI_Init+0x0 in libprofile.so");
        assertThat(program.report().warnings()).singleElement().asString().contains("no-such.so from LD_PRELOAD");
    }

    @Test
    void indirectFunctionsAreResolvedByTheGuest() {
        guest.compiler().library("libindirect.so", """
                static int one(void) { return 1; }
                static void *choose(void) { return one; }
                int chosen(void) __attribute__((ifunc("choose")));
                """);
        load(guest.compiler().program("program", "int chosen(void); void *f = chosen; int main(void) { return chosen(); }",
                "-rdynamic", "-L.", "-lindirect", "-Wl,-rpath,$ORIGIN"));

        long list = word(0, ControlBlock.IRELATIVE_LIST);
        var found = new HashMap<Long, String>();
        for (long i = 0; i < word(0, ControlBlock.IRELATIVE_COUNT); i++) {
            long entry = list + i * ControlBlock.IRELATIVE_ENTRY_SIZE;
            found.put(Memory.getLong(entry), ranks[0].symbolize(Memory.getLong(entry + 8)));
        }
        assertThat(found).containsEntry(address(0, "f"), "choose+0x0 in libindirect.so");
    }

    @Test
    void versionsChooseTheDefinition() throws Exception {
        Path script = Files.writeString(folder.resolve("map"), "V1 { global: f; local: *; }; V2 { global: f; } V1;");
        String one = "int old_f(void) { return 1; } __asm__(\".symver old_f, f@@V1\");";
        guest.compiler().library("libversioned.so", one, "-Wl,--version-script=" + script, "-Wl,-soname,libversioned.so");
        Path old = guest.compiler().program("program", "int f(void); void *pointer = f; int main(void) { return f(); }",
                "-rdynamic", "-L.", "-lversioned", "-Wl,-rpath,$ORIGIN");
        guest.compiler().library("libversioned.so", """
                int old_f(void) { return 1; } __asm__(".symver old_f, f@V1");
                int new_f(void) { return 2; } __asm__(".symver new_f, f@@V2");
                """, "-Wl,--version-script=" + script, "-Wl,-soname,libversioned.so");
        load(old);
        assertThat(ranks[0].symbolize(Memory.getLong(address(0, "pointer")))).isEqualTo("old_f+0x0 in libversioned.so");

        Files.writeString(script, "V3 { global: f; local: *; };");
        guest.compiler().library("libversioned.so", "int f(void) { return 3; }", "-Wl,--version-script=" + script,
                "-Wl,-soname,libversioned.so");
        assertThatThrownBy(() -> guest.prepare(old, Map.of())).isInstanceOf(LoadException.class)
                .hasMessageContaining("libversioned.so: version V1 is missing (needed by ");
    }

    @Test
    void missingLibrariesAreNamed() {
        guest.compiler().library("libgone.so", "int gone;", "-Wl,-soname,libgone.so.1");
        guest.compiler().library("libuser.so", "int user;", "-L.", "-Wl,--no-as-needed", "-lgone");
        Path path = guest.compiler().program("program", "int main(void) { return 0; }", "-L.", "-Wl,--no-as-needed", "-luser",
                "-Wl,-rpath,$ORIGIN");

        assertThatThrownBy(() -> guest.prepare(path, Map.of("LD_LIBRARY_PATH", "/no/such"))).isInstanceOf(LoadException.class)
                .hasMessageContaining("library libgone.so.1 is missing (needed by " + folder.toAbsolutePath() + "/libuser.so")
                .hasMessageContaining("LD_LIBRARY_PATH /no/such").hasMessageContaining("ld.so.cache")
                .message().doesNotContain("\n");
    }

    @Test
    void undefinedSymbolsAreListed() {
        guest.compiler().library("libshrinking.so", "int a = 1, b = 2; int f(void) { return 1; }");
        String source = "extern int a, b; int f(void); int *p = &a, *q = &b; int main(void) { return f(); }";
        Path lazy = guest.compiler().program("lazy", "int f(void); int main(void) { return f(); }", "-L.", "-lshrinking",
                "-Wl,-rpath,$ORIGIN", "-Wl,-z,lazy");
        Path strict = guest.compiler().program("strict", source, "-L.", "-lshrinking", "-Wl,-rpath,$ORIGIN", "-Wl,-z,now");
        guest.compiler().library("libshrinking.so", "int other;");

        assertThatThrownBy(() -> guest.prepare(strict, Map.of())).isInstanceOf(LoadException.class)
                .hasMessageContaining("undefined symbols: ").hasMessageContaining("a (needed by strict)")
                .hasMessageContaining("b (needed by strict)").hasMessageContaining("f (needed by strict)");
        load(lazy);
        assertThat(program.report().missingFunctions()).containsExactly("f");
    }

    @Test
    void otherMpiLibrariesAreRefused() {
        guest.compiler().library("libmpi.so.40", "int MPI_Init(void) { return 0; }", "-Wl,-soname,libmpi.so.40");
        Path openMpi = guest.compiler().program("open", "int MPI_Init(void); int main(void) { return MPI_Init(); }",
                folder.resolve("libmpi.so.40").toString());
        assertThatThrownBy(() -> guest.prepare(openMpi, Map.of())).isInstanceOf(LoadException.class)
                .hasMessageContaining("is linked with Open MPI (libmpi.so.40)").hasMessageContaining("flotilla cc");

        guest.compiler().library("libmpich.so.12", "int MPI_Send(void) { return 0; }", "-Wl,-soname,libmpich.so.12");
        guest.compiler().library("libmpi_abi.so.0", "int MPI_Init(void) { return 0; }", "-Wl,-soname,libmpi_abi.so.0");
        Path mixed = guest.compiler().program("mixed", "int MPI_Init(void), MPI_Send(void); int main(void) { return MPI_Init() + MPI_Send(); }",
                folder.resolve("libmpi_abi.so.0").toString(), folder.resolve("libmpich.so.12").toString());
        assertThatThrownBy(() -> guest.prepare(mixed, Map.of())).isInstanceOf(LoadException.class)
                .hasMessageContaining("mixes two MPI interfaces");
    }

    @Test
    void slotsThatAreTooSmallAreRefused() {
        Path path = guest.compiler().program("program", "char huge[300 << 20]; int main(void) { return 0; }");
        assertThatThrownBy(() -> Privatization.named("pie").prepare(path, LoadOptions.of(folder, 1 << 28)))
                .isInstanceOf(LoadException.class).hasMessageContaining("needs 512 MiB of addresses per rank")
                .hasMessageContaining("a slot has 256 MiB");
    }

    @Test
    void unknownMethodsAreRefused() {
        assertThatThrownBy(() -> Privatization.named("magic")).isInstanceOf(LoadException.class).hasMessageContaining("pie");
    }

    @Test
    void openedImagesArePrivateToTheRank() {
        ElfFile plugin = ElfFile.read(guest.compiler().library("plugin.so", """
                extern int shared; int own = 11; int *theirs = &shared; static int started;
                __attribute__((constructor)) static void start(void) { started++; }
                __attribute__((destructor)) static void stop(void) { started--; }
                """));
        load(guest.compiler().program("program", "int shared = 1; int main(void) { return 0; }", "-rdynamic"));
        long exitCount = word(0, ControlBlock.FINI_COUNT);

        long handle = open(0, plugin.path().toString());
        assertThat(handle).isNotZero();
        long init = Memory.getLong(control(0) + ControlBlock.ARGUMENTS);
        long initCount = Memory.getLong(control(0) + ControlBlock.ARGUMENTS + 8);
        assertThat(ranks[0].symbolize(Memory.getLong(init + (initCount - 1) * 8))).isEqualTo("start+0x0 in plugin.so");
        assertThat(word(0, ControlBlock.IMAGE_COUNT)).isEqualTo(3);
        assertThat(word(1, ControlBlock.IMAGE_COUNT)).isEqualTo(2);
        assertThat(word(0, ControlBlock.FINI_COUNT)).isGreaterThan(exitCount);
        assertThat(ranks[0].symbolize(Memory.getLong(word(0, ControlBlock.FINI_LIST)))).isEqualTo("stop+0x0 in plugin.so");

        long own = symbol(0, handle, "own");
        assertThat(Memory.getInt(own)).isEqualTo(11);
        assertThat(Memory.getLong(symbol(0, handle, "theirs"))).isEqualTo(address(0, "shared"));
        assertThat(open(0, plugin.path().toString())).isEqualTo(handle);
        assertThat(close(0, handle)).isZero();
        Memory.putInt(own, 12);
        assertThat(close(0, handle)).isZero();
        assertThat(Memory.getLong(control(0) + ControlBlock.ARGUMENTS + 8)).isPositive();
        assertThat(word(0, ControlBlock.FINI_COUNT)).isEqualTo(exitCount);
        assertThat(close(0, handle)).isEqualTo(-1);

        assertThat(open(0, plugin.path().toString())).isEqualTo(handle);
        assertThat(symbol(0, handle, "own")).isEqualTo(own);
        assertThat(Memory.getInt(own)).isEqualTo(11);
        assertThat(open(0, "/no/such/plugin.so")).isZero();
    }

    private long scratch(int rank, String text) {
        long at = control(rank) + ControlBlock.STACK_BASE;
        at = Memory.getLong(at);
        Memory.putString(at, text, 4000);
        return at;
    }

    private long trap(int rank, int operation, long... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            Memory.putLong(control(rank) + ControlBlock.ARGUMENTS + i * 8L, arguments[i]);
        }
        ranks[rank].handle(operation, control(rank));
        return word(rank, ControlBlock.RESULT);
    }

    private long open(int rank, String path) {
        return trap(rank, Operation.DLOPEN, scratch(rank, path), 2, word(rank, ControlBlock.ENTRY));
    }

    private long symbol(int rank, long handle, String name) {
        long result = trap(rank, Operation.DLSYM, handle, scratch(rank, name), 0, 0);
        assertThat(Memory.getLong(control(rank) + ControlBlock.ARGUMENTS)).as(name).isOne();
        return result;
    }

    private long close(int rank, long handle) {
        return trap(rank, Operation.DLCLOSE, handle);
    }
}
