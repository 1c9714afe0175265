package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.abi.Operation;
import flotilla.elf.Elf;
import flotilla.elf.ElfException;
import flotilla.elf.FunctionNames;
import flotilla.elf.Segment;
import flotilla.elf.Symbol;
import flotilla.elf.SymbolName;
import flotilla.memory.Memory;
import flotilla.memory.SystemCallException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The images of one rank, and its dynamic loader: answers dlopen(3), dlsym, dlvsym, dlclose and dladdr. Used by one thread
 * at a time, the PE that runs the rank. What is opened is private to the rank, as its program is.
 */
public final class RankImages {
    private static final int RTLD_NOW = 2;
    private static final int RTLD_NOLOAD = 4;
    private static final int RTLD_DEEPBIND = 8;
    private static final int RTLD_GLOBAL = 0x100;
    private static final int RTLD_NODELETE = 0x1000;
    private static final long RTLD_DEFAULT = 0;
    private static final long RTLD_NEXT = -1;
    /** Handles of host libraries and of the guest library: numbers that are no addresses of a slot. */
    private static final long FIRST_PLAIN_HANDLE = 0x100;

    // Dl_info of <dlfcn.h>.
    private static final int DLI_FNAME = 0x00;
    private static final int DLI_FBASE = 0x08;
    private static final int DLI_SNAME = 0x10;
    private static final int DLI_SADDR = 0x18;

    /** Something opened, and how often. */
    private static final class Handle {
        /** Null for a host library, the guest library and the program. */
        final Image image;
        final List<Provider> closure;
        int count;
        boolean stays;

        Handle(Image image, List<Provider> closure) {
            this.image = image;
            this.closure = closure;
        }

        List<Image> images() {
            return closure.stream().filter(Provider.Private.class::isInstance)
                    .map(provider -> ((Provider.Private) provider).image()).toList();
        }
    }

    private final PreparedProgram program;
    private final long slotBase;
    /** Control block of the thread whose trap is being answered. */
    private long control;
    private final SlotBases bases;
    private final Map<Long, Handle> handles = new LinkedHashMap<>();
    private final Map<Provider, Long> plainHandles = new HashMap<>();
    private final Map<Image, FunctionNames> exported = new IdentityHashMap<>();
    private final GateTable gates;
    private final List<LinkerRequest> history = new ArrayList<>();
    private LibraryLoader loader;
    private Scope global;
    private OpenImages opened;
    private String error = "";

    RankImages(PreparedProgram program, SlotBases bases) {
        this.program = program;
        this.slotBase = bases.own();
        this.bases = bases;
        this.gates = program.gates().extend();
        this.loader = program.loader();
        this.global = program.scope();
    }

    public long slotBase() {
        return slotBase;
    }

    public long slotSize() {
        return program.slotSize();
    }

    /** Address of the control block of the rank's main thread. */
    public long mainControl() {
        return slotBase + program.control();
    }

    public PreparedProgram program() {
        return program;
    }

    /** With method {@code swap}, before the rank runs, on the only PE: shared images refer to its variables from now on. */
    public void enter() {
        program.enter(bases);
    }

    /** Takes a chain of images, as {@code struct link_map} of {@code <link.h>}. */
    public interface ChainConsumer {
        /** Gets the control block in a slot and the address of the first of the images that lie there. */
        void accept(long control, long firstImage);
    }

    /** Names the chains of the rank's images: those it has for itself and, where there are such, those it shares with others. */
    public void chains(ChainConsumer consumer) {
        consumer.accept(mainControl(), slotBase + program.ownChain());
        if (program.sharedSlot() != 0) {
            consumer.accept(program.sharedSlot() + program.control(), slotBase + program.sharedChain());
        }
    }

    /** Whether {@link #handle} answers the operation. */
    public static boolean handles(int operation) {
        return switch (operation) {
            case Operation.DLOPEN, Operation.DLSYM, Operation.DLCLOSE, Operation.DLADDR, Operation.DLERROR -> true;
            default -> false;
        };
    }

    /**
     * Answers a trap of the dynamic loader: takes the arguments from the control block of the calling thread and leaves the
     * answer there.
     */
    public void handle(int operation, long control) {
        this.control = control;
        long result;
        try {
            result = switch (operation) {
                case Operation.DLOPEN, Operation.DLSYM, Operation.DLCLOSE -> answer(request(operation));
                case Operation.DLADDR -> describe(argument(0), argument(1));
                case Operation.DLERROR -> Memory.putString(argument(0), error, (int) argument(1));
                default -> throw new IllegalArgumentException("operation " + operation);
            };
        } catch (LoadException | ElfException | SystemCallException e) {
            error = e.getMessage();
            answer(0, 0);
            answer(1, 0);
            result = operation == Operation.DLCLOSE ? -1 : 0;
        }
        Memory.putLong(control + ControlBlock.RESULT, result);
    }

    private LinkerRequest request(int operation) {
        return switch (operation) {
            case Operation.DLOPEN -> new LinkerRequest(operation, argument(0) == 0 ? null : Memory.getString(argument(0)), null,
                    0,
                    argument(2), (int) argument(1));
            case Operation.DLSYM -> new LinkerRequest(operation, Memory.getString(argument(1)),
                    argument(2) == 0 ? null : Memory.getString(argument(2)), argument(0), argument(3), 0);
            default -> new LinkerRequest(operation, null, null, argument(0), 0, 0);
        };
    }

    /** Answers a request, and remembers it when it has changed something. */
    private long answer(LinkerRequest request) {
        int before = gates.count();
        return switch (request.kind()) {
            case Operation.DLOPEN -> {
                long number = open(request.name(), request.flags(), request.caller());
                Image image = handles.get(number).image;
                // By its path, whatever the working directory will be.
                remember(image == null ? request : new LinkerRequest(request.kind(), image.path.toAbsolutePath().toString(),
                        null, 0,
                        request.caller(), request.flags()));
                yield number;
            }
            case Operation.DLSYM -> {
                long address = find(request.handle(), request.name(), request.version(), request.caller());
                if (gates.count() != before) {
                    remember(request);
                }
                yield address;
            }
            default -> {
                long result = close(request.handle());
                remember(request);
                yield result;
            }
        };
    }

    /** Programs open and close the same thing again and again: from the second time on that changes nothing. */
    private void remember(LinkerRequest request) {
        int count = history.size();
        if (request.kind() == Operation.DLCLOSE && count >= 3 && history.get(count - 1).equals(history.get(count - 3))
                && history.get(count - 1).kind() == Operation.DLOPEN && history.get(count - 2).equals(request)) {
            history.removeLast();
            return;
        }
        history.add(request);
    }

    /** What {@link PreparedProgram#receive} wants to know. */
    public List<LinkerRequest> history() {
        return List.copyOf(history);
    }

    /** In a slot that holds what a new rank's does, which is written to: what is there afterwards must be thrown away. */
    void repeat(List<LinkerRequest> requests) {
        control = mainControl();
        for (LinkerRequest request : requests) {
            try {
                answer(request);
            } catch (ElfException e) {
                throw new LoadException(e.getMessage(), e);
            }
        }
    }

    /** Takes a part of a slot, [start, end). */
    interface Part {
        void accept(long start, long end);
    }

    /** Names the parts of the slot that are mapped from the files of images: addresses. */
    public void mapped(RangeConsumer consumer) {
        Part part = (start, end) -> {
            if (SlotBases.isOwn(start)) {
                consumer.accept(slotBase + start, slotBase + end, false, false);
            }
        };
        program.mapped(part);
        if (opened != null) {
            opened.mapped(part);
        }
    }

    private long argument(int index) {
        return Memory.getLong(control + ControlBlock.ARGUMENTS + index * 8L);
    }

    private void answer(int index, long value) {
        Memory.putLong(control + ControlBlock.ARGUMENTS + index * 8L, value);
    }

    private OpenImages opened() {
        if (opened == null) {
            opened = new OpenImages(program, gates, bases);
        }
        return opened;
    }

    private long open(String name, int flags, long caller) {
        for (int i = 0; i < 4; i++) {
            answer(i, 0);
        }
        if (name == null) {
            return use(imageHandle(program.program()), new Handle(null, List.of()));
        }
        Image requester = imageAt(caller);
        var attempt = new LibraryLoader(loader, program.files());
        Provider found = attempt.find(name, requester == null ? program.program() : requester, new ArrayList<>());
        if (found == null) {
            throw new LoadException(name + ": cannot open shared object file: No such file or directory");
        }
        if (!(found instanceof Provider.Private(Image image))) {
            loader = attempt;
            List<Provider> closure = found instanceof Provider.Host(HostLibrary library)
                    && ReplacedLibraries.isLibcProper(library.soname()) ? List.of(Provider.Guest.LIBC, found) : List.of(found);
            return use(plainHandles.computeIfAbsent(found, key -> FIRST_PLAIN_HANDLE + plainHandles.size()),
                    new Handle(null, closure));
        }
        if ((flags & RTLD_NOLOAD) != 0 && !opened().isPresent(image)) {
            throw new LoadException(name + ": is not loaded");
        }
        return openImage(image, attempt, flags);
    }

    private long openImage(Image image, LibraryLoader attempt, int flags) {
        List<Provider> closure = attempt.closure(List.of(image));
        if (attempt.face() != null && !attempt.face().word.equals(program.face())
                && program.loader().face() != null) {
            throw new LoadException(image + ": is built for another MPI library than " + program);
        }
        attempt.checkVersions(attempt.images());
        var handle = new Handle(image, withGuestLibc(closure));
        Scope scope = (flags & RTLD_DEEPBIND) != 0
                ? global.of(handle.closure).then(global.providers()) : global.then(handle.closure);
        OpenImages.Opened answer = opened().open(handle.images(), scope, (flags & RTLD_NOW) != 0);
        loader = attempt;
        if ((flags & RTLD_GLOBAL) != 0) {
            global = global.then(handle.closure);
        }
        answer(0, answer.initList());
        answer(1, answer.initCount());
        answer(2, answer.irelativeList());
        answer(3, answer.irelativeCount());
        long number = imageHandle(image);
        use(number, handle);
        handles.get(number).stays |= (flags & RTLD_NODELETE) != 0;
        return number;
    }

    private static List<Provider> withGuestLibc(List<Provider> closure) {
        var providers = new ArrayList<Provider>();
        for (Provider provider : closure) {
            if (provider instanceof Provider.Host(HostLibrary library) && ReplacedLibraries.isLibcProper(library.soname())
                    && !providers.contains(Provider.Guest.LIBC)) {
                providers.add(Provider.Guest.LIBC);
            }
            providers.add(provider);
        }
        return providers;
    }

    private long use(long number, Handle handle) {
        handles.computeIfAbsent(number, key -> handle).count++;
        return number;
    }

    /** The handle of an image is the address of its entry in the image table. */
    private long imageHandle(Image image) {
        return slotBase + program.tables().imageEntry(opened().entry(image));
    }

    private long find(long number, String name, String version, long caller) {
        answer(0, 0);
        answer(1, 0);
        Scope scope;
        if (number == RTLD_DEFAULT) {
            scope = global;
        } else if (number == RTLD_NEXT) {
            Image image = imageAt(caller);
            if (image == null) {
                throw new LoadException("RTLD_NEXT used in code not dynamically loaded");
            }
            scope = global.after(image);
        } else {
            Handle handle = handles.get(number);
            if (handle == null) {
                throw new LoadException("dlsym: invalid handle 0x" + Long.toHexString(number));
            }
            scope = handle.image == null && handle.closure.isEmpty() ? global : global.of(handle.closure);
        }
        var symbolName = new SymbolName(name);
        Binding binding = version == null ? scope.lookupNewest(symbolName)
                : scope.lookup(program.program(), symbolName, version, null);
        return switch (binding) {
            case Binding.Defined(Image image, Symbol symbol) -> {
                answer(0, 1);
                if (symbol.type() == Elf.STT_TLS) {
                    answer(1, 2);
                    answer(2, image.tlsModule);
                    yield symbol.value();
                }
                answer(1, symbol.type() == Elf.STT_GNU_IFUNC ? 1 : 0);
                yield symbol.section() == Elf.SHN_ABS ? symbol.value() : bases.absolute(program.own(image.bias + symbol.value()));
            }
            case Binding.Host(HostLibrary.HostSymbol symbol) -> {
                if (symbol.type() == Elf.STT_TLS) {
                    throw new LoadException(name + ": thread-local variables of " + symbol.library() + " cannot be had by dlsym");
                }
                answer(0, 1);
                if (symbol.type() == Elf.STT_OBJECT) {
                    yield symbol.address();
                }
                long gate = gates.gate(symbol);
                gates.fill(slotBase);
                yield slotBase + gate;
            }
            case null -> throw new LoadException((number == RTLD_DEFAULT || number == RTLD_NEXT ? program.path()
                    : handleName(number)) + ": undefined symbol: " + name + (version == null ? "" : ", version " + version));
        };
    }

    private String handleName(long number) {
        Handle handle = handles.get(number);
        return handle.image == null ? program.path().toString() : handle.image.toString();
    }

    private long close(long number) {
        answer(0, 0);
        answer(1, 0);
        Handle handle = handles.get(number);
        if (handle == null) {
            throw new LoadException("dlclose: invalid handle 0x" + Long.toHexString(number));
        }
        if (--handle.count > 0 || handle.image == null || handle.stays) {
            handle.count = Math.max(handle.count, handle.stays ? 1 : 0);
            if (handle.count == 0) {
                handles.remove(number);
            }
            return 0;
        }
        handles.remove(number);
        Set<Image> needed = new HashSet<>();
        handles.values().forEach(other -> needed.addAll(other.images()));
        long[] finalizers = opened().close(handle.images(), needed);
        global = global.without(handle.images().stream().filter(image -> !opened().isPresent(image)).toList());
        answer(0, finalizers[0]);
        answer(1, finalizers[1]);
        return 0;
    }

    private long describe(long address, long info) {
        Image image = imageAt(address);
        if (image == null) {
            return 0;
        }
        long entry = imageHandle(image);
        Memory.putLong(info + DLI_FNAME, Memory.getLong(entry + ControlBlock.IMAGE_NAME));
        Memory.putLong(info + DLI_FBASE, bases.absolute(image.start()));
        Symbol symbol = exported.computeIfAbsent(image, key -> FunctionNames.exported(key.file))
                .find(address - bases.absolute(image.bias));
        Memory.putLong(info + DLI_SNAME, symbol == null ? 0
                : bases.absolute(image.bias) + image.file.stringTableAddress() + (symbol.nameOffset() & 0xffff_ffffL));
        Memory.putLong(info + DLI_SADDR, symbol == null ? 0 : bases.absolute(image.bias + symbol.value()));
        return 1;
    }

    private Image imageAt(long address) {
        long offset = bases.offset(address, program.slotSize());
        for (Image image : program.images()) {
            if (image.contains(offset)) {
                return image;
            }
        }
        if (program.guest().image.contains(offset)) {
            return program.guest().image;
        }
        for (Image image : opened == null ? List.<Image>of() : opened.images()) {
            if (image.contains(offset)) {
                return image;
            }
        }
        return null;
    }

    /** The function that {@code address} lies in, as {@code function+0x12 in libfoo.so}, for people. */
    public String symbolize(long address) {
        return program.symbolize(bases, gates, address, opened == null ? List.of() : opened.images());
    }

    /** All images of the rank: the program first, then libraries, the guest library, and what was opened. */
    public List<LoadedImage> loaded() {
        var all = new ArrayList<Image>(program.images());
        all.add(program.guest().image);
        if (opened != null) {
            all.addAll(opened.images());
        }
        return all.stream().map(image -> new LoadedImage(image.file, bases.absolute(image.bias), image == program.guest().image)).toList();
    }

    /** Whether an address lies in the rank's slot or in an image of its own. */
    public boolean owns(long address) {
        return Long.compareUnsigned(address - slotBase, program.slotSize()) < 0
                || bases.elsewhere() != null && bases.elsewhere().offset(address) >= 0;
    }

    /** Takes a range of addresses, [start, end). */
    public interface RangeConsumer {
        void accept(long start, long end, boolean executable, boolean writable);
    }

    /** Names the segments of images that the rank has for itself outside of its slot. */
    public void outside(RangeConsumer consumer) {
        for (Image image : program.images()) {
            if (SlotBases.isElsewhere(image.bias)) {
                long bias = bases.absolute(image.bias);
                for (Segment load : image.file.loads()) {
                    consumer.accept(bias + load.vaddr(), bias + load.memoryEnd(), load.executable(), load.writable());
                }
            }
        }
    }

    /** The images that the program's author has written: the program, then its own shared objects, without what was opened. */
    public List<LoadedImage> own() {
        return program.images().stream().filter(image -> OwnImages.contains(image, program.program()))
                .map(image -> new LoadedImage(image.file, bases.absolute(image.bias), false)).toList();
    }

    /** The part of the rank's own slot that an address lies in. */
    public SlotRegion region(long address) {
        long offset = address - slotBase;
        long tp = program.threadPointer();
        if (tp != 0 && offset >= tp - program.tls().size() && offset < tp + TlsLayout.CONTROL_BLOCK_SIZE) {
            return SlotRegion.THREAD_LOCAL;
        }
        return program.layout().region(offset);
    }

    /** Address of the rank's stack: its lowest byte. */
    public long stackBase() {
        return slotBase + program.layout().stackBase;
    }

    public long stackSize() {
        return program.layout().stackSize;
    }

    /** The host function whose gate {@code address} lies in, or null. */
    public String gateName(long address) {
        return gates.name(bases.offset(address, program.slotSize()));
    }

    /** Whether {@link #refill} writes to an address of the slot. */
    public boolean refills(long address) {
        long offset = address - slotBase;
        return gates.fills(offset) || program.refills(offset) || opened != null && opened.refills(offset);
    }

    /** Writes this process's host addresses into the slot of a rank that has come from another process. */
    public void refill() {
        gates.fill(slotBase);
        program.refillGates(bases);
        if (opened != null) {
            opened.refill();
        }
    }
}
