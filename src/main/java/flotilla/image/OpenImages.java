package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.elf.Elf;
import flotilla.elf.Symbol;
import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The images that a rank has opened while it runs, in the first eighth of its map region. An image that is closed keeps
 * its place and its numbers, and gets them back when it is opened again.
 */
final class OpenImages {
    /** What opening gave the guest to run. Addresses are absolute. */
    record Opened(long initList, int initCount, long irelativeList, int irelativeCount) {
        static final Opened NOTHING = new Opened(0, 0, 0, 0);
    }

    /** An opened image that is present: its finalizers, and its entry of the image table. */
    private record Present(int entry, List<Long> finalizers, Linking linking) {}

    private final PreparedProgram program;
    private final GateTable gates;
    private final long slotBase;
    private final long control;
    private final SlotBases bases;
    private final WordStore store;
    private final Map<Image, Present> present = new IdentityHashMap<>();
    /** Entry of the image table, for images that are or were open. */
    private final Map<Image, Integer> entries = new IdentityHashMap<>();
    private final Set<Image> started;
    /** Slot-relative addresses of their paths. */
    private final Map<Image, Long> names = new IdentityHashMap<>();
    /** In the order of opening; the last is finalized first. */
    private final List<Image> order = new ArrayList<>();
    private final long programFiniList;
    private final long programFiniCount;
    private UniqueSymbols unique;
    private long next;
    private final long limit;
    private long tlsUsed;
    private int tlsModules;
    /** Entry at the end of the chain that a debugger follows. */
    private int lastEntry;

    OpenImages(PreparedProgram program, GateTable gates, SlotBases bases) {
        this.program = program;
        this.gates = gates;
        this.slotBase = bases.own();
        this.control = slotBase + program.control();
        this.bases = bases;
        this.store = WordStore.of(bases);
        this.started = new HashSet<>(program.images());
        this.next = program.layout().mapBase;
        this.limit = next + Mapping.pageDown(program.layout().mapSize / 8);
        this.programFiniList = Memory.getLong(control + ControlBlock.FINI_LIST);
        this.programFiniCount = Memory.getLong(control + ControlBlock.FINI_COUNT);
        this.unique = program.unique();
        this.tlsUsed = program.tls().used();
        this.tlsModules = program.tls().modules();
        this.lastEntry = entry(program.guest().image);
    }

    boolean isPresent(Image image) {
        return started.contains(image) || present.containsKey(image);
    }

    /** The images that were opened and are present, in the order of opening. */
    List<Image> images() {
        return order;
    }

    /** Position in the image table, or -1. */
    int entry(Image image) {
        if (image == program.guest().image) {
            return program.images().size();
        }
        int start = program.images().indexOf(image);
        return start >= 0 ? start : entries.getOrDefault(image, -1);
    }

    /**
     * Loads those of {@code closure} that are not present.
     *
     * @param closure an image and what it needs, breadth first
     * @param scope   where their symbols are looked up
     * @throws LoadException when that is impossible; nothing is loaded then
     */
    Opened open(List<Image> closure, Scope scope, boolean bindNow) {
        List<Image> fresh = closure.stream().filter(image -> !isPresent(image)).toList();
        if (fresh.isEmpty()) {
            return Opened.NOTHING;
        }
        var linking = new Linking(this::allocateStaticTls) {
            @Override
            public void address(long offset, long value) {
                super.address(offset, program.own(value));
            }
        };
        int savedGates = gates.count();
        long savedTls = tlsUsed;
        int savedModules = tlsModules;
        try {
            // Images opened again have their places; the new ones come behind all others.
            long end = next;
            for (Image image : fresh) {
                if (!entries.containsKey(image)) {
                    end = Linking.place(image, end);
                    if (image.file.tls() != null) {
                        image.tlsModule = ++tlsModules;
                    }
                }
            }
            if (end > limit || tlsModules > ControlBlock.MAX_IMAGES
                    || entries.size() + program.images().size() + 1 + fresh.size() > ControlBlock.MAX_IMAGES) {
                throw noRoom(fresh);
            }
            return load(fresh, linking, end, scope, bindNow);
        } catch (RuntimeException e) {
            gates.truncate(savedGates);
            tlsUsed = savedTls;
            tlsModules = savedModules;
            throw e;
        }
    }

    /** Links {@code fresh}, whose images have places up to {@code end}, and makes them present. */
    private Opened load(List<Image> fresh, Linking linking, long end, Scope scope, boolean bindNow) {
        for (Image image : fresh) {
            image.mapped = program.files().mapped(image.path);
            linking.map(image);
        }
        long position = linking.reserveDescriptors(fresh, end);
        relocate(fresh, linking, scope, bindNow);

        for (Image image : fresh) {
            byte[] name = ImageTables.cString(image.path.toString());
            linking.data.bytes(position, name);
            names.put(image, position);
            position += name.length;
        }
        List<Image> initialized = LibraryLoader.initializationOrder(fresh);
        var initializers = new ArrayList<Long>();
        initialized.forEach(image -> initializers.addAll(linking.initializers(image)));
        long initList = position + 7 & -8;
        long irelativeList = ImageTables.writeFunctions(linking.data, initList, initializers);
        long finiList = ImageTables.writeIndirect(linking.data, irelativeList, linking.indirect());
        Map<Image, List<Long>> finalizers = new IdentityHashMap<>();
        fresh.forEach(image -> finalizers.put(image, linking.finalizers(image)));
        position = Mapping.pageUp(finiList + 8 * finiListCapacity(finalizers.values()));
        if (position > limit) {
            throw noRoom(fresh);
        }
        linking.plan.anonymous(end, position, Mapping.PROT_READ | Mapping.PROT_WRITE);

        try (var arena = Arena.ofConfined()) {
            linking.freeze(arena);
            linking.apply(bases, false);
        }
        gates.fill(slotBase);
        next = position;
        for (Image image : fresh) {
            entries.putIfAbsent(image, program.images().size() + 1 + entries.size());
            present.put(image, new Present(entries.get(image), finalizers.get(image), linking));
            publish(image);
        }
        order.addAll(initialized);
        writeFiniList(slotBase + finiList);
        return new Opened(slotBase + initList, initializers.size(), slotBase + irelativeList, linking.indirect().size());
    }

    private void relocate(List<Image> fresh, Linking linking, Scope scope, boolean bindNow) {
        for (Image image : fresh) {
            if ((image.file.flags() & Elf.DF_STATIC_TLS) != 0 && image.tlsModule != 0) {
                linking.makeTlsStatic(image);
            }
        }
        // What a failed attempt chose is forgotten with it.
        var attempt = new UniqueSymbols(unique);
        var relocator = new Relocator(scope, program.guest(), gates, program.missing(), program.program(),
                linking, attempt, bindNow);
        for (Image image : fresh.reversed()) {
            relocator.relocate(image);
        }
        if (!relocator.undefined().isEmpty()) {
            throw new LoadException("undefined symbol: " + String.join(", ", relocator.undefined()));
        }
        unique = attempt;
        for (Image image : fresh) {
            if (image.tlsOffset != 0) {
                linking.initializeStaticTls(image, program.threadPointer());
            }
        }
    }

    /** Entries of the list of what exit has to run, with {@code more} added to the program's and to what is open. */
    private long finiListCapacity(Collection<List<Long>> more) {
        long count = programFiniCount;
        for (Present open : present.values()) {
            count += open.finalizers().size();
        }
        for (List<Long> functions : more) {
            count += functions.size();
        }
        return count;
    }

    private static LoadException noRoom(List<Image> fresh) {
        return new LoadException(fresh.getFirst() + ": no room in the rank for this and what it needs, " + fresh.size()
                + " images; link it to the program instead of opening it");
    }

    /** Enters an image into the tables of the rank. */
    private void publish(Image image) {
        int entry = entries.get(image);
        program.tables().writeImage(store, entry, image, names.get(image));
        program.tables().link(store, lastEntry, entry);
        lastEntry = entry;
        raise(ControlBlock.IMAGE_COUNT, entry + 1L);
        if (image.tlsModule != 0) {
            program.tables().writeTlsModule(store, image);
            raise(ControlBlock.TLS_COUNT, image.tlsModule);
        }
    }

    private void raise(int field, long least) {
        Memory.putLong(control + field, Math.max(least, Memory.getLong(control + field)));
    }

    private void allocateStaticTls(Image image) {
        long offset = TlsLayout.offset(image.file.tls(), tlsUsed);
        if (!program.needsFsBase() || offset > program.tls().size()
                || image.file.tls().align() > program.tls().alignment()) {
            throw new LoadException(image + ": cannot allocate memory in static TLS block; link it to the program instead "
                    + "of opening it");
        }
        image.tlsOffset = offset;
        tlsUsed = offset;
    }

    /**
     * Takes away what is neither in {@code needed} nor marked to stay.
     *
     * @return where the finalizers to run stand: {address, count}
     */
    long[] close(Collection<Image> closure, Set<Image> needed) {
        Set<Image> staying = staying(closure, needed);
        var finalizers = new ArrayList<Long>();
        for (Image image : order.reversed()) {
            if (!staying.contains(image)) {
                Present open = present.remove(image);
                finalizers.addAll(open.finalizers());
                program.tables().clearImage(store, open.entry());
                int previous = program.tables().unlink(slotBase, open.entry());
                lastEntry = lastEntry == open.entry() ? previous : lastEntry;
            }
        }
        order.removeIf(image -> !present.containsKey(image));
        if (finalizers.isEmpty()) {
            return new long[] {0, 0};
        }
        // The list for exit shrinks in place, so what follows it there is free for the finalizers to run now.
        long list = Memory.getLong(control + ControlBlock.FINI_LIST);
        writeFiniList(list);
        long at = list + Memory.getLong(control + ControlBlock.FINI_COUNT) * 8;
        for (int i = 0; i < finalizers.size(); i++) {
            Memory.putLong(at + i * 8L, slotBase + finalizers.get(i));
        }
        return new long[] {at, finalizers.size()};
    }

    /** The open images that stay: those that are needed, those that cannot go, and what these are bound to. */
    private Set<Image> staying(Collection<Image> closure, Set<Image> needed) {
        var staying = new HashSet<Image>();
        var queue = new ArrayDeque<Image>();
        for (Image image : order) {
            if (!closure.contains(image) || needed.contains(image) || staysForever(image)) {
                queue.add(image);
            }
        }
        while (!queue.isEmpty()) {
            Image image = queue.remove();
            if (staying.add(image)) {
                queue.addAll(image.boundTo);
            }
        }
        return staying;
    }

    /** Unique symbols may have been bound to by others; ld.so keeps such images, too. */
    private static boolean staysForever(Image image) {
        if ((image.file.flags1() & Elf.DF_1_NODELETE) != 0) {
            return true;
        }
        for (Symbol symbol : image.file.symbols().all()) {
            if (symbol.binding() == Elf.STB_GNU_UNIQUE && symbol.isDefined()) {
                return true;
            }
        }
        return false;
    }

    /** What exit has to run: the finalizers of opened images, the latest first, then the program's. */
    private void writeFiniList(long list) {
        long at = list;
        for (Image image : order.reversed()) {
            for (long function : present.get(image).finalizers()) {
                Memory.putLong(at, slotBase + function);
                at += 8;
            }
        }
        Memory.copy(programFiniList, at, programFiniCount * 8);
        Memory.putLong(control + ControlBlock.FINI_LIST, list);
        Memory.putLong(control + ControlBlock.FINI_COUNT, (at - list) / 8 + programFiniCount);
    }

    /** Names the parts of the opened images that are mapped from files, slot-relative. */
    void mapped(RankImages.Part part) {
        for (Present open : present.values()) {
            open.linking().plan.files(part);
        }
    }

    /** Whether {@link #refill} writes to a slot-relative address. */
    boolean refills(long offset) {
        return present.values().stream().anyMatch(open -> open.linking().fillsHostAddress(offset));
    }

    /** Writes this process's addresses of host data. */
    void refill() {
        for (Present open : present.values()) {
            open.linking().fillHostAddresses(bases);
        }
    }
}
