package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.memory.SystemCallException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A program that is linked and ready to become ranks. Immutable but for gates and names that programs ask for while they
 * run; thread-safe, so ranks can be made from several threads at once.
 */
public final class PreparedProgram implements AutoCloseable {
    private record CachedStack(List<String> arguments, List<String> environment, StartStack stack) {}

    private final String name;
    private final Path path;
    private final LoadOptions options;
    private final Image program;
    private final GuestLibrary guest;
    private final List<Image> images;
    private final LibraryLoader loader;
    private final Scope scope;
    private final TlsLayout tls;
    private final SlotLayout layout;
    private final ImageTables tables;
    private final Linking linking;
    /** What all ranks share, or null when every rank has its own images. */
    private final SharedImages shared;
    /** Who loads each rank's images outside of its slot, or null. */
    private final SystemLoader system;
    /** The ranks' own copies of global variables of shared images, or null. */
    private final GlobalCopies copies;
    private final UniqueSymbols unique;
    private final GateTable gates;
    private final MissingFunctions missing;
    private final ImageFiles files;
    private final long threadPointer;
    private final ProgramReport report;
    private final Symbolizer symbolizer;
    private volatile CachedStack cachedStack;
    /** Where the images of ranks are that lie outside of slots, by the address of the slot. */
    private final Map<Long, LoadedElsewhere> elsewhere = new ConcurrentHashMap<>();

    PreparedProgram(String name, Path path, LoadOptions options, Image program, GuestLibrary guest, List<Image> images,
            LibraryLoader loader, Scope scope, TlsLayout tls, SlotLayout layout, ImageTables tables, Linking linking, SharedImages shared,
            SystemLoader system, GlobalCopies copies, UniqueSymbols unique, GateTable gates,
            MissingFunctions missing, ImageFiles files, long threadPointer, ProgramReport report) {
        this.name = name;
        this.path = path;
        this.options = options;
        this.program = program;
        this.guest = guest;
        this.images = images;
        this.loader = loader;
        this.scope = scope;
        this.tls = tls;
        this.layout = layout;
        this.tables = tables;
        this.linking = linking;
        this.shared = shared;
        this.system = system;
        this.copies = copies;
        this.unique = unique;
        this.gates = gates;
        this.missing = missing;
        this.files = files;
        this.threadPointer = threadPointer;
        this.report = report;
        this.symbolizer = new Symbolizer();
    }

    /** The program's file. */
    public Path path() {
        return path;
    }

    /** The binary interface of MPI that the program uses: {@code standard} or {@code mpich}. */
    public String face() {
        return report.face();
    }

    public ProgramReport report() {
        return report;
    }

    /**
     * What tells the files apart whose code and data are in ranks: the program, its private libraries and the guest library, in this
     * order, each as {@code name=identity}. The libraries of the host are not among them.
     */
    public List<String> identities() {
        var identities = new java.util.ArrayList<String>();
        images.forEach(image -> identities.add(image.name + "=" + FileIdentity.of(image.file)));
        identities.add(guest.image.name + "=" + FileIdentity.of(guest.image.file));
        return identities;
    }

    /** Memory mappings that a rank has when it starts. */
    public int mappingsPerRank() {
        return linking.plan.entries().size() + (system == null ? 0 : system.mappings());
    }

    /** The smallest slot that could hold a rank of this program. */
    public long minimumSlotSize() {
        long own = layout.minimumSlotSize(options);
        return shared == null ? own : Math.max(own, Long.highestOneBit(shared.size() - 1) << 1);
    }

    /** Whether guest code runs under an FS base of its own. */
    public boolean needsFsBase() {
        return tls.fsReason() != null;
    }

    /** MPI functions that the program or a library of it refers to and that do not exist. */
    public List<String> missingMpiFunctions() {
        return report.missingMpiFunctions();
    }

    /** The function that the stub {@code index} of trap MISSING stands for. */
    public String missingName(long index) {
        return missing.name(index);
    }

    /** Slot-relative address of the control block of a rank's main thread. */
    public long control() {
        return layout.control();
    }

    /** Slot-relative address of an exported symbol of the guest library, or -1. */
    public long symbol(String symbol) {
        return guest.find(symbol);
    }

    /**
     * Sees to it that so many ranks can be made, where that is not certain.
     *
     * @throws LoadException when it cannot be; the message is one line with the reason and the remedy
     */
    public void reserve(int ranks) {
        if (system != null) {
            system.reserve(ranks);
        }
    }

    /**
     * Makes a rank: maps and fills the slot at {@code slotBase}, which must be unmapped, up to the first resume.
     *
     * @throws LoadException when the kernel refuses
     */
    public RankImages instantiate(long slotBase, RankStart start) {
        SlotBases bases = SlotBases.alone(slotBase);
        try {
            if (shared != null) {
                bases = SlotBases.of(slotBase, shared.make(slotBase, start));
            }
            if (system != null) {
                elsewhere.put(slotBase, system.take());
                bases = bases(slotBase);
            }
            linking.apply(bases, true);
            if (system != null) {
                bases.elsewhere().restore();
            }
            if (copies != null) {
                copies.complete(bases);
            }
        } catch (SystemCallException e) {
            throw new LoadException(name + ": no memory for rank " + start.worldRank() + ": " + e.getMessage()
                    + "; use fewer ranks, or raise ulimit -v or vm.max_map_count", e);
        }
        gates.fill(slotBase);
        StartStack stack = stack(start);
        stack.write(bases);
        long control = slotBase + control();
        Memory.putLong(control + ControlBlock.GUEST_SP, slotBase + stack.stackPointer());
        Memory.putInt(control + ControlBlock.WORLD_RANK, start.worldRank());
        Memory.putInt(control + ControlBlock.WORLD_SIZE, start.worldSize());
        Memory.putLong(control + ControlBlock.PROGRAM_INDEX, start.programIndex());
        Memory.putLong(control + ControlBlock.STDOUT_IS_TERMINAL, start.stdoutIsTerminal() ? 1 : 0);
        if (threadPointer != 0) {
            Memory.putLong(slotBase + threadPointer + TlsLayout.CANARY, start.canary());
            Memory.putLong(slotBase + threadPointer + TlsLayout.POINTER_GUARD, start.pointerGuard());
        }
        // Slots are aligned to their size, whatever stands before their content.
        Memory.putLong(control + ControlBlock.SLOTS_BASE, (slotBase & -options.slotSize()) - start.worldRank() * options.slotSize());
        Memory.putLong(control + ControlBlock.SLOTS_SIZE, start.worldSize() * options.slotSize());
        if (shared != null) {
            Memory.putLong(control + ControlBlock.SHARED, shared.address());
            Memory.putLong(control + ControlBlock.PROGRAM_SIZE, start.programSize());
            Memory.putInt(control + ControlBlock.OWN_LIBC_VARIABLES, program.file.isAutoTls() ? 1 : 0);
        }
        return new RankImages(this, bases);
    }

    private StartStack stack(RankStart start) {
        CachedStack cached = cachedStack;
        if (cached == null || cached.arguments() != start.arguments() || cached.environment() != start.environment()) {
            cached = new CachedStack(start.arguments(), start.environment(),
                    new StartStack(layout.stackBase + layout.stackSize, layout.stackBase, start.arguments(),
                            shared == null ? start.environment() : SharedImages.environment(start.environment()), path.toString(), program, guest.image.start(),
                            guest.require(GuestLibrary.START)));
            cachedStack = cached;
        }
        return cached.stack();
    }

    /** What an address, as an offset, is for a rank: of a global variable of which each has a copy, that of its own. */
    long own(long offset) {
        return copies == null ? offset : copies.own(offset);
    }

    /** A rank is about to run: shared images refer to its variables from now on. */
    void enter(SlotBases bases) {
        copies.enter(bases);
    }

    /** Slot-relative address of the chain of images that a rank has for itself. */
    long ownChain() {
        return tables.imageEntry(shared == null ? 0 : images.size());
    }

    /** The slot that holds what the ranks share, or 0. */
    long sharedSlot() {
        return shared == null ? 0 : shared.address();
    }

    /** Slot-relative address, in any of the ranks, of the chain of images that they share. */
    long sharedChain() {
        return tables.imageEntry(0);
    }

    /**
     * Makes the slot at {@code slotBase}, which must be unmapped, ready for the pages of a rank that comes from another process:
     * everything is mapped as for a new rank, and what the rank has opened is opened again. What is written to is still as the
     * files have it, or zero.
     *
     * @param history what the rank has asked of its dynamic loader: {@link RankImages#history}
     * @throws LoadException when that is impossible here; the message is one line with the reason
     */
    public RankImages receive(long slotBase, List<LinkerRequest> history) {
        SlotBases bases = SlotBases.alone(slotBase);
        var images = new RankImages(this, bases);
        try {
            if (history.isEmpty()) {
                linking.plan.map(bases, true);
            } else {
                linking.apply(bases, true);
                images.repeat(history);
            }
        } catch (SystemCallException e) {
            throw new LoadException(name + ": no memory for a rank that arrives: " + e.getMessage()
                    + "; use fewer ranks, or raise ulimit -v or vm.max_map_count", e);
        }
        return images;
    }

    /** Why no rank of the program can go to another process, or null. */
    public String whyNotMovable() {
        return shared == null && system == null ? null : "its images are not in its slot alone (--privatize=pie has them there)";
    }

    /** Names the parts of the images that are mapped from files, slot-relative. */
    void mapped(RankImages.Part part) {
        linking.plan.files(part);
    }

    /**
     * What all processes of a job must have in common for ranks to move between them: where images lie, and which function of
     * libc stands behind which gate. To be compared.
     */
    public String likeness() {
        var text = new StringBuilder();
        images.forEach(image -> text.append(image.shortName()).append(' ').append(image.bias).append('\n'));
        text.append(guest.image.bias).append(' ').append(layout.heapBase).append(' ').append(layout.mapBase).append('\n');
        gates.names().forEach(gate -> text.append(gate).append('\n'));
        return text.toString();
    }

    boolean refills(long offset) {
        return linking.fillsHostAddress(offset);
    }

    /** Writes this process's host addresses into the slot of a rank. */
    void refillGates(SlotBases bases) {
        linking.fillHostAddresses(bases);
    }

    private SlotBases bases(long slotBase) {
        LoadedElsewhere images = elsewhere.get(slotBase);
        if (images != null) {
            return SlotBases.of(slotBase, images);
        }
        return shared == null || shared.address() == 0 ? SlotBases.alone(slotBase) : SlotBases.of(slotBase, shared.address());
    }

    /** The function that {@code address} lies in, as {@code function+0x12 in libfoo.so}, for people. */
    public String symbolize(long slotBase, long address) {
        return symbolize(bases(slotBase), gates, address, List.of());
    }

    String symbolize(SlotBases bases, GateTable gates, long address, List<Image> opened) {
        long offset = bases.offset(address, options.slotSize());
        if (offset < 0 || !SlotBases.isElsewhere(offset) && (offset & ~SlotBases.SHARED) >= options.slotSize()) {
            return "0x" + Long.toHexString(address) + " (outside of the rank)";
        }
        var all = new java.util.ArrayList<>(images);
        all.add(guest.image);
        all.addAll(opened);
        return symbolizer.symbolize(gates, all, offset);
    }

    /** Forgets the files. New ranks cannot be made; those that exist go on, unless their images lie outside of slots. */
    @Override
    public void close() {
        files.close();
        if (system != null) {
            system.close();
        }
    }

    // What RankImages builds upon.

    long slotSize() {
        return options.slotSize();
    }

    LibraryLoader loader() {
        return loader;
    }

    Scope scope() {
        return scope;
    }

    GuestLibrary guest() {
        return guest;
    }

    GateTable gates() {
        return gates;
    }

    MissingFunctions missing() {
        return missing;
    }

    Image program() {
        return program;
    }

    List<Image> images() {
        return images;
    }

    TlsLayout tls() {
        return tls;
    }

    SlotLayout layout() {
        return layout;
    }

    UniqueSymbols unique() {
        return unique;
    }

    ImageTables tables() {
        return tables;
    }

    ImageFiles files() {
        return files;
    }

    long threadPointer() {
        return threadPointer;
    }

    @Override
    public String toString() {
        return name;
    }
}
