package flotilla.fault;

import flotilla.abi.ControlBlock;
import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import flotilla.elf.Symbol;
import flotilla.elf.unwind.PagedMemory;
import flotilla.elf.unwind.Registers;
import flotilla.elf.unwind.Unwinder;
import flotilla.elf.unwind.UnreadableException;
import flotilla.image.LoadedImage;
import flotilla.image.RankImages;
import flotilla.memory.ProcessMaps;
import flotilla.memory.SlotRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The code that a rank can be in: its own images, and the libraries of the process that it calls through gates. */
final class Modules implements Unwinder.Code {
    /** What all call gates jump to. */
    static final String CALL_GATE = "call_gate";

    private final RankImages rank;
    private final long control;
    private final PagedMemory memory;
    private final List<Module> modules = new ArrayList<>();
    /** Gates met on the way outwards in the walk under way: each has put one return address aside. */
    private int gates;

    /** @param control address of the control block of the thread whose calls are walked */
    Modules(RankImages rank, long control, List<ProcessMaps.Entry> maps, PagedMemory memory) {
        this.control = control;
        this.rank = rank;
        this.memory = memory;
        rank.loaded().forEach(image -> modules.add(new Module(image)));
        addHostLibraries(maps);
    }

    private void addHostLibraries(List<ProcessMaps.Entry> maps) {
        String jvm = System.getProperty("java.home");
        String last = "";
        for (ProcessMaps.Entry entry : maps) {
            if (!entry.file().startsWith("/") || entry.offset() != 0 || entry.file().equals(last)
                    || SlotRange.isPlaceOfSlots(entry.start()) || entry.file().startsWith(jvm)) {
                continue;
            }
            last = entry.file();
            // Executable mappings of the same file follow its first one.
            String file = last;
            if (maps.stream().noneMatch(other -> other.isExecutable() && other.file().equals(file)
                    && other.start() >= entry.start() && other.start() - entry.start() < 1L << 32)) {
                continue;
            }
            try (ElfFile elf = ElfFile.read(Path.of(file))) {
                modules.add(new Module(new LoadedImage(elf, entry.start() - elf.lowest(), false)));
            } catch (ElfException | java.nio.file.InvalidPathException e) {
                // Mapped, but no library.
            }
        }
    }

    List<Module> all() {
        return modules;
    }

    /** The module that an address lies in, or null. */
    Module at(long address) {
        for (Module module : modules) {
            if (module.image.contains(address)) {
                return module;
            }
        }
        return null;
    }

    /** A walk begins. */
    void restart() {
        gates = 0;
    }

    @Override
    public Unwinder.Located find(long pc) {
        Module module = at(pc);
        return module == null ? null : new Unwinder.Located(module.frames(), module.image.bias());
    }

    @Override
    public boolean isCode(long pc) {
        Module module = at(pc);
        return module != null && module.isCode(pc);
    }

    /**
     * A call gate (guest/arch/x86_64/gates.S) has taken its return address off the stack and put it aside with rbx; it changes
     * no other register that survives a call.
     */
    @Override
    public Registers caller(Registers registers) {
        Module module = at(registers.pc());
        if (module == null || !module.image.isGuestLibrary()) {
            return null;
        }
        Symbol function = module.function(registers.pc());
        if (function == null || !function.name().equals(CALL_GATE)) {
            return null;
        }
        try {
            long top = memory.readWord(control + ControlBlock.GATE_TOP) - (long) ControlBlock.GATE_RETURN_SIZE * gates++;
            long returns = control + ControlBlock.GATE_RETURNS;
            if (top < returns || top >= returns + ControlBlock.GATE_RETURNS_SIZE) {
                return null;
            }
            return registers.with(Registers.RBX, memory.readWord(top + 8)).with(Registers.RIP, memory.readWord(top));
        } catch (UnreadableException e) {
            return null;
        }
    }
}
