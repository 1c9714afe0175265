package flotilla.image;

import flotilla.elf.ElfFile;
import flotilla.elf.RelocationTable;
import flotilla.elf.Segment;
import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Links a group of images into a slot: gives them places, relocates them, and keeps what must be mapped, copied and run
 * to make them work in one. Everything is slot-relative, so one linking serves all ranks that load the same at the same
 * place.
 */
class Linking implements Relocator.Sink {
    /** Images are aligned as their segments ask, but no more than a large page: slots are aligned to more. */
    static final long LARGEST_ALIGNMENT = 1 << 21;

    /** Where the static TLS block of an image that is opened later may go. */
    interface TlsSpace {
        /**
         * Sets the image's {@code tlsOffset}.
         *
         * @throws LoadException when there is no room
         */
        void allocate(Image image);
    }

    private record Copy(long to, long from, long bytes) {}

    private record HostCopy(long to, HostLibrary.HostSymbol from, long bytes) {}

    /** A word that holds an address of the host's. */
    record HostAddress(long offset, HostLibrary.HostSymbol symbol, long addend) {}

    /** An entry of the irelative list: {@code *where = resolver()}. */
    record Indirect(long where, long resolver) {}

    final InitialData data = new InitialData();
    final MappingPlan plan = new MappingPlan();
    private final TlsSpace tlsSpace;
    private final List<Copy> copies = new ArrayList<>();
    private final List<HostCopy> hostCopies = new ArrayList<>();
    private final List<HostAddress> hostAddresses = new ArrayList<>();
    private final List<Indirect> indirect = new ArrayList<>();
    private long nextDescriptorPair;
    private Template template;

    Linking(TlsSpace tlsSpace) {
        this.tlsSpace = tlsSpace;
    }

    /** Gives {@code image} the first place at or after slot-relative {@code position}; returns the end of its pages. */
    static long place(Image image, long position) {
        long alignment = Mapping.PAGE_SIZE;
        for (Segment load : image.file.loads()) {
            alignment = Math.max(alignment, Math.min(load.align(), LARGEST_ALIGNMENT));
        }
        long lowest = image.file.lowest();
        // The start keeps its distance from a multiple of the alignment.
        long start = ((position - lowest + alignment - 1) & -alignment) + lowest;
        image.bias = start - lowest;
        return Mapping.pageUp(image.end());
    }

    /** Plans the mappings of an image that has its place. */
    void map(Image image) {
        plan.image(image, data);
    }

    /** Reserves room at slot-relative {@code position} for TLS descriptors of images with dynamic TLS; returns its end. */
    long reserveDescriptors(List<Image> images, long position) {
        nextDescriptorPair = position;
        long count = 0;
        for (Image image : images) {
            for (RelocationTable table : List.of(image.file.relocations(), image.file.pltRelocations())) {
                for (int i = 0; i < table.count(); i++) {
                    count += table.type(i) == flotilla.elf.Elf.R_X86_64_TLSDESC ? 1 : 0;
                }
            }
        }
        return position + 16 * count;
    }

    /** Copies an image's initial TLS block to {@code tp} minus its offset, after relocation. */
    void initializeStaticTls(Image image, long tp) {
        Segment tls = image.file.tls();
        if (tls.fileSize() > 0) {
            copies.add(new Copy(tp - image.tlsOffset, image.bias + tls.vaddr(), tls.fileSize()));
        }
    }

    /** The functions that initialize an image: DT_INIT, then DT_INIT_ARRAY. Slot-relative. */
    List<Long> initializers(Image image) {
        var functions = new ArrayList<Long>();
        if (image.file.init() != 0) {
            functions.add(image.bias + image.file.init());
        }
        functions.addAll(functions(image, image.file.initArray()));
        return functions;
    }

    /** The functions that finalize an image in the order of calls: DT_FINI_ARRAY backwards, then DT_FINI. Slot-relative. */
    List<Long> finalizers(Image image) {
        var functions = new ArrayList<>(functions(image, image.file.finiArray()).reversed());
        if (image.file.fini() != 0) {
            functions.add(image.bias + image.file.fini());
        }
        return functions;
    }

    /** The entries of a function array, as relocated; 0 and -1 mark entries that are none. */
    List<Long> functions(Image image, ElfFile.FunctionArray array) {
        var functions = new ArrayList<Long>();
        for (int i = 0; i < array.count(); i++) {
            long at = image.bias + array.vaddr() + i * 8L;
            if (data.isAddress(at)) {
                functions.add(data.getLong(at));
            }
        }
        return functions;
    }

    List<Indirect> indirect() {
        return indirect;
    }

    List<HostAddress> hostAddresses() {
        return hostAddresses;
    }

    /** Ends the linking: from here on it is applied to slots and not changed. */
    void freeze(Arena arena) {
        template = data.freeze(arena);
    }

    /** Makes the memory of a slot what was linked. */
    void apply(SlotBases bases, boolean first) {
        plan.map(bases, first);
        template.apply(bases);
        fillHostAddresses(bases);
        for (HostCopy copy : hostCopies) {
            Memory.copy(copy.from().address(), bases.absolute(copy.to()), copy.bytes());
        }
        for (Copy copy : copies) {
            Memory.copy(bases.absolute(copy.from()), bases.absolute(copy.to()), copy.bytes());
        }
    }

    /** Whether {@link #fillHostAddresses} writes to an offset. */
    boolean fillsHostAddress(long offset) {
        return hostAddresses.stream().anyMatch(word -> word.offset() == offset);
    }

    /** Writes the addresses of this process's host data. */
    void fillHostAddresses(SlotBases bases) {
        for (HostAddress word : hostAddresses) {
            Memory.putLong(bases.absolute(word.offset()), word.symbol().address() + word.addend());
        }
    }

    @Override
    public long getLong(long offset) {
        return data.getLong(offset);
    }

    @Override
    public void address(long offset, long value) {
        data.address(offset, value);
    }

    @Override
    public void constant(long offset, long value) {
        data.constant(offset, value);
    }

    @Override
    public void hostAddress(long offset, HostLibrary.HostSymbol symbol, long addend) {
        data.constant(offset, 0);
        hostAddresses.add(new HostAddress(offset, symbol, addend));
    }

    @Override
    public void irelative(long offset, long resolver) {
        data.constant(offset, 0);
        indirect.add(new Indirect(offset, resolver));
    }

    @Override
    public void copy(long to, long from, long bytes) {
        copies.add(new Copy(to, from, bytes));
    }

    @Override
    public void hostCopy(long to, HostLibrary.HostSymbol from, long bytes) {
        hostCopies.add(new HostCopy(to, from, bytes));
    }

    @Override
    public void makeTlsStatic(Image image) {
        if (image.tlsOffset == 0) {
            tlsSpace.allocate(image);
        }
    }

    @Override
    public long descriptorPair(long module, long offset) {
        long at = nextDescriptorPair;
        nextDescriptorPair += 16;
        data.constant(at, module);
        data.constant(at + 8, offset);
        return at;
    }
}
