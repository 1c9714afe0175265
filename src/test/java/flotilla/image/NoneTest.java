package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.ControlBlock;
import flotilla.abi.Operation;
import flotilla.elf.NativeCompiler;
import flotilla.memory.Memory;
import flotilla.memory.SlotRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Method {@code none}, with a guest library that does not run. */
class NoneTest {
    private static final int RANKS = 2;

    @TempDir
    Path folder;

    private TestGuest guest;
    private SlotRange slots;
    private PreparedProgram program;
    private final RankImages[] ranks = new RankImages[RANKS];

    @BeforeEach
    void setUp() {
        NativeCompiler.require();
        guest = new TestGuest(folder);
        slots = SlotRange.of(SlotRange.choose(RANKS + 1, 1L << 32).base(), 1L << 32, RANKS + 1);
    }

    @AfterEach
    void tearDown() {
        for (int i = 0; i <= RANKS; i++) {
            slots.release(i);
        }
        if (program != null) {
            program.close();
        }
    }

    private void load(String source, String... flags) {
        program = guest.prepare("none", guest.compiler().program("program", source, flags), Map.of());
        for (int i = 0; i < RANKS; i++) {
            ranks[i] = program.instantiate(slots.base(i),
                    new RankStart(i, RANKS, 0, List.of("program"), List.of("HOME=/h"), true, 1, 2));
        }
    }

    private long address(int rank, String symbol) {
        long block = control(rank) + ControlBlock.ARGUMENTS;
        long name = control(rank) + ControlBlock.CALL_SCRATCH;
        Memory.putString(name, symbol, 100);
        Memory.putLong(block, 0);
        Memory.putLong(block + 8, name);
        Memory.putLong(block + 16, 0);
        ranks[rank].handle(Operation.DLSYM, control(rank));
        assertThat(Memory.getLong(block)).as(symbol).isOne();
        return Memory.getLong(control(rank) + ControlBlock.RESULT);
    }

    private long word(int rank, int field) {
        return Memory.getLong(control(rank) + field);
    }

    private long control(int rank) {
        return ranks[rank].mainControl();
    }

    @Test
    void variablesLieInTheSharedSlot() {
        load("int variable = 5; int *pointer = &variable; int main(void) { return 0; }", "-rdynamic");

        long variable = address(0, "variable");
        assertThat(slots.rankOf(variable)).isEqualTo(RANKS);
        assertThat(address(1, "variable")).isEqualTo(variable);
        assertThat(Memory.getInt(variable)).isEqualTo(5);
        assertThat(Memory.getLong(address(0, "pointer"))).isEqualTo(variable);
        for (int rank = 0; rank < RANKS; rank++) {
            assertThat(slots.rankOf(word(rank, ControlBlock.ENTRY))).isEqualTo(RANKS);
            assertThat(word(rank, ControlBlock.SHARED)).isEqualTo(slots.base(RANKS));
            assertThat(word(rank, ControlBlock.PROGRAM_SIZE)).isEqualTo(RANKS);
            assertThat(word(rank, ControlBlock.SLOTS_BASE)).isEqualTo(slots.base(0));
            assertThat(word(rank, ControlBlock.SLOTS_SIZE)).isEqualTo(RANKS * slots.slotSize());
            assertThat(ranks[rank].symbolize(word(rank, ControlBlock.ENTRY))).isEqualTo("_start+0x0 in program");
        }
    }

    @Test
    void callsOfTheGuestLibraryGoThroughStubs() {
        load("""
                #include <stdlib.h>
                #include <stdio.h>
                void *(*function)(size_t) = malloc; FILE **output = &stdout;
                int main(void) { return 0; }
                """, "-rdynamic");

        long stub = Memory.getLong(address(0, "function"));
        assertThat(slots.rankOf(stub)).isEqualTo(RANKS);
        // mov %rsp,%r11; shr $32,%r11; shl $32,%r11; add $offset,%r11; jmp *%r11
        assertThat(Memory.get(stub, 14)).containsExactly(0x49, 0x89, 0xe3, 0x49, 0xc1, 0xeb, 32, 0x49, 0xc1, 0xe3, 32,
                0x49, 0x81, 0xc3);
        assertThat(Memory.getInt(stub + 14)).isEqualTo((int) program.symbol("malloc"));
        assertThat(Memory.get(stub + 18, 3)).containsExactly(0x41, 0xff, 0xe3);
        // Variables of the guest library are shared, and what they point to is found by their offset.
        long stdout = Memory.getLong(address(1, "output"));
        assertThat(slots.rankOf(stdout)).isEqualTo(RANKS);
        assertThat(Memory.getString(Memory.getLong(stdout))).isEqualTo("standard output");
    }

    @Test
    void threadLocalVariablesAreTheRanksOwn() {
        load("__thread int local = 7; int main(void) { return local; }", "-rdynamic");

        for (int rank = 0; rank < RANKS; rank++) {
            long pointer = word(rank, ControlBlock.TLS_POINTER);
            assertThat(slots.rankOf(pointer)).isEqualTo(rank);
            long offset = Memory.getLong(word(rank, ControlBlock.TLS_TABLE) + ControlBlock.TLS_MODULE_OFFSET);
            assertThat(Memory.getInt(pointer - offset)).isEqualTo(7);
            assertThat(slots.rankOf(Memory.getLong(word(rank, ControlBlock.TLS_TABLE) + ControlBlock.TLS_MODULE_INIT))).isEqualTo(RANKS);
        }
    }

    @Test
    void methodsAreListedWhenOneDoesNotExist() {
        assertThatThrownBy(() -> Privatization.named("magic")).isInstanceOf(LoadException.class)
                .hasMessageContaining("magic").hasMessageContaining("auto, none, tls").hasMessageContaining(", pie");
    }
}
