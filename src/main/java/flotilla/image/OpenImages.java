package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.elf.Elf;
import flotilla.elf.Segment;
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
 * The images that a rank has opened while it runs, in the first quarter of its map region. An image that is closed keeps
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
    private final long slotBase;
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
    private long next;
    private final long limit;
    private long tlsUsed;
    private int tlsModules;

    OpenImages(PreparedProgram program, long slotBase) {
        this.program = program;
        this.slotBase = slotBase;
        this.started = new HashSet<>(program.images());
        this.next = program.layout().mapBase;
        this.limit = next + Mapping.pageDown(program.layout().mapSize / 4);
        this.programFiniList = Memory.getLong(slotBase + ControlBlock.FINI_LIST);
        this.programFiniCount = Memory.getLong(slotBase + ControlBlock.FINI_COUNT);
        this.tlsUsed = program.tls().used();
        this.tlsModules = program.tls().modules();
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
        var linking = new Linking(this::allocateStaticTls);
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
                throw new LoadException("no room for another " + fresh.size() + " images in the rank");
            }
            return load(fresh, linking, end, scope, bindNow);
        } catch (RuntimeException e) {
            tlsUsed = savedTls;
            tlsModules = savedModules;
            throw e;
        }
    }

    private Opened load(List<Image> fresh, Linking linking, long end, Scope scope, boolean bindNow) {
        for (Image image : fresh) {
            image.fd = program.files().descriptor(image.path);
            linking.map(image);
        }
        long tables = end;
        long position = linking.reserveDescriptors(fresh, tables);
        for (Image image : fresh) {
            if ((image.file.flags() & Elf.DF_STATIC_TLS) != 0 && image.tlsModule != 0) {
                linking.makeTlsStatic(image);
            }
        }
        var relocator = new Relocator(scope, program.guest(), program.gates(), program.missing(), program.program(),
                linking, bindNow);
        for (Image image : fresh.reversed()) {
            relocator.relocate(image);
        }
        if (!relocator.undefined().isEmpty()) {
            throw new LoadException("undefined symbol: " + String.join(", ", relocator.undefined()));
        }

        int entry = program.images().size() + 1 + entries.size();
        var initializers = new ArrayList<Long>();
        var finalizers = new IdentityHashMap<Image, List<Long>>();
        for (Image image : LibraryLoader.initializationOrder(fresh)) {
            initializers.addAll(linking.initializers(image));
            finalizers.put(image, linking.finalizers(image));
        }
        for (Image image : fresh) {
            byte[] name = Preparation.cString(image.path.toString());
            linking.data.bytes(position, name);
            int at = entries.getOrDefault(image, entry);
            entry += at == entry ? 1 : 0;
            entries.put(image, at);
            names.put(image, position);
            position += name.length;
        }
        position = position + 7 & -8;
        long initList = position;
        for (long function : initializers) {
            linking.data.address(position, function);
            position += 8;
        }
        long irelativeList = position;
        for (Linking.Indirect indirect : linking.indirect()) {
            linking.data.address(position + ControlBlock.IRELATIVE_WHERE, indirect.where());
            linking.data.address(position + ControlBlock.IRELATIVE_RESOLVER, indirect.resolver());
            position += ControlBlock.IRELATIVE_ENTRY_SIZE;
        }
        // Room for the list of finalizers of everything open: those of the program, of what is open and of these.
        long finiList = position;
        long finiCount = programFiniCount;
        for (Present open : present.values()) {
            finiCount += open.finalizers().size();
        }
        for (List<Long> functions : finalizers.values()) {
            finiCount += functions.size();
        }
        position = Mapping.pageUp(position + finiCount * 8);
        if (position > limit) {
            throw new LoadException("no room for another " + fresh.size() + " images in the rank");
        }
        linking.plan.anonymous(tables, position, Mapping.PROT_READ | Mapping.PROT_WRITE);
        for (Image image : fresh) {
            if (image.tlsOffset != 0) {
                linking.initializeStaticTls(image, program.threadPointer());
            }
        }
        try (var arena = Arena.ofConfined()) {
            linking.freeze(arena);
            linking.apply(slotBase, false);
        }
        program.gates().fill(slotBase);
        next = position;
        for (Image image : fresh) {
            present.put(image, new Present(entries.get(image), finalizers.get(image), linking));
        }
        order.addAll(LibraryLoader.initializationOrder(fresh));
        publish(fresh);
        writeFiniList(slotBase + finiList);
        return new Opened(slotBase + initList, initializers.size(), slotBase + irelativeList, linking.indirect().size());
    }

    private void publish(List<Image> fresh) {
        long count = Memory.getLong(slotBase + ControlBlock.IMAGE_COUNT);
        for (Image image : fresh) {
            int entry = entries.get(image);
            writeEntry(image, entry);
            count = Math.max(count, entry + 1L);
            if (image.tlsModule != 0) {
                writeTlsModule(image);
            }
        }
        Memory.putLong(slotBase + ControlBlock.IMAGE_COUNT, count);
    }

    private void writeEntry(Image image, int entry) {
        long at = slotBase + SlotLayout.IMAGE_TABLE + (long) entry * ControlBlock.IMAGE_ENTRY_SIZE;
        Segment dynamic = image.file.segment(Elf.PT_DYNAMIC);
        Segment unwind = image.file.segment(Elf.PT_GNU_EH_FRAME);
        long headers = image.file.programHeaderAddress();
        long bias = slotBase + image.bias;
        Memory.putLong(at + ControlBlock.IMAGE_BIAS, bias);
        Memory.putLong(at + ControlBlock.IMAGE_START, slotBase + image.start());
        Memory.putLong(at + ControlBlock.IMAGE_END, slotBase + image.end());
        Memory.putLong(at + ControlBlock.IMAGE_PHDR, headers == 0 ? 0 : bias + headers);
        Memory.putLong(at + ControlBlock.IMAGE_PHNUM, headers == 0 ? 0 : image.file.segments().size());
        Memory.putLong(at + ControlBlock.IMAGE_NAME, slotBase + names.get(image));
        Memory.putLong(at + ControlBlock.IMAGE_DYNAMIC, dynamic == null ? 0 : bias + dynamic.vaddr());
        Memory.putLong(at + ControlBlock.IMAGE_EH_FRAME_HDR, unwind == null ? 0 : bias + unwind.vaddr());
        Memory.putLong(at + ControlBlock.IMAGE_TLS_MODULE, image.tlsModule);
    }

    private void writeTlsModule(Image image) {
        long at = slotBase + SlotLayout.TLS_TABLE + (image.tlsModule - 1L) * ControlBlock.TLS_MODULE_ENTRY_SIZE;
        Segment tls = image.file.tls();
        Memory.putLong(at + ControlBlock.TLS_MODULE_OFFSET, image.tlsOffset);
        Memory.putLong(at + ControlBlock.TLS_MODULE_INIT, slotBase + image.bias + tls.vaddr());
        Memory.putLong(at + ControlBlock.TLS_MODULE_FILE_SIZE, tls.fileSize());
        Memory.putLong(at + ControlBlock.TLS_MODULE_MEMORY_SIZE, tls.memorySize());
        Memory.putLong(at + ControlBlock.TLS_MODULE_ALIGNMENT, Math.max(1, tls.align()));
        long count = Memory.getLong(slotBase + ControlBlock.TLS_COUNT);
        Memory.putLong(slotBase + ControlBlock.TLS_COUNT, Math.max(count, image.tlsModule));
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
                long at = slotBase + SlotLayout.IMAGE_TABLE + (long) open.entry() * ControlBlock.IMAGE_ENTRY_SIZE;
                Memory.putLong(at + ControlBlock.IMAGE_END, 0);
                Memory.putLong(at + ControlBlock.IMAGE_START, 0);
            }
        }
        order.removeIf(image -> !present.containsKey(image));
        if (finalizers.isEmpty()) {
            return new long[] {0, 0};
        }
        // The list for exit shrinks in place, so what follows it there is free for the finalizers to run now.
        long list = Memory.getLong(slotBase + ControlBlock.FINI_LIST);
        writeFiniList(list);
        long at = list + Memory.getLong(slotBase + ControlBlock.FINI_COUNT) * 8;
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
        Memory.putLong(slotBase + ControlBlock.FINI_LIST, list);
        Memory.putLong(slotBase + ControlBlock.FINI_COUNT, (at - list) / 8 + programFiniCount);
    }

    /** Writes this process's addresses of host data. */
    void refill() {
        for (Present open : present.values()) {
            open.linking().fillHostAddresses(slotBase);
        }
    }
}
