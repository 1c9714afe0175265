package flotilla.image;

import flotilla.elf.Elf;
import flotilla.elf.ElfFile;
import flotilla.elf.RelocationTable;
import flotilla.elf.Segment;
import flotilla.elf.SymbolName;
import flotilla.elf.Variables;
import flotilla.elf.Variables.Variable;
import flotilla.elf.debug.DebugFile;
import flotilla.memory.HostLibrary;
import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Method {@code swap}: ranks share their images, but each has in its own slot a copy of the global variables. Code that is
 * compiled for it finds a global variable through a word of the Global Offset Table, and through nothing else; so a rank has a
 * table of what those words are for it, which is copied into them when another rank has run before. With the GOT belong all
 * words that nobody writes to after relocation (PT_GNU_RELRO) and that hold such an address: those of constant tables of pointers.
 *
 * <p>A copy is laid out as the writable segment is that it is a copy of, so that whatever has one distance there has it here. What
 * is static in the segment is not used in the copies: code reaches it directly, in the shared image.
 */
final class GlobalCopies {
    /** The symbol by which a program or library says that it is compiled for this: libexec/compiler has the linker define it. */
    private static final SymbolName MARK = new SymbolName("flotilla_privatize_swap");
    private static final int WORD = Long.BYTES;
    private static final int RUN_SIZE = 2 * WORD;

    /** A place in the slot for a copy of a writable segment; {@code bias} is what addresses of the file are relative to there. */
    private record Area(Image image, Segment segment, long bias) {}

    /** A variable of which ranks have copies, as offsets of the shared slot, and how far from there the copy is. */
    private record Copied(long start, long end, long distance) {}

    /** A word of static TLS that holds the address of a copied variable, where a block's initial contents say so. */
    private record TlsWord(long where, long value) {}

    /** Initialized on first use, after {@link HostLibrary#load}. */
    private static final class Natives {
        /** Returns at once and blocks nowhere. */
        static final MethodHandle SWAP = HostLibrary.handle("flotilla_swap_words",
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), Linker.Option.critical(false));
    }

    private final String name;
    private List<Image> images;
    private Set<Image> marked;
    private final List<Area> areas = new ArrayList<>();
    private final SwapNotices notices = new SwapNotices();
    private final TreeMap<Long, Copied> copied = new TreeMap<>();
    /** Where variables begin that are not copied. */
    private final Set<Long> others = new HashSet<>();
    /** The words that are swapped, as offsets of the shared slot, and what they refer to. */
    private final TreeMap<Long, Long> words = new TreeMap<>();
    private final List<TlsWord> tlsWords = new ArrayList<>();
    /** Slot-relative address of a rank's table, in the order of {@link #words}, and what it may have of bytes. */
    private long table;
    private long tableBytes;
    /** The runs of neighbouring words: address and bytes of each. */
    private MemorySegment runs;
    /** Slot of the rank whose addresses the words hold, or 0. Used by the only PE. */
    private long current;

    GlobalCopies(String name) {
        this.name = name;
    }

    /**
     * Looks which images are compiled for this.
     *
     * @param all what ranks share, the program first
     * @throws LoadException when the program is not
     */
    void choose(List<Image> all) {
        images = List.copyOf(all);
        Image program = images.getFirst();
        marked = new HashSet<>();
        for (Image image : images) {
            if (image.file.lookup(MARK, null) == null) {
                continue;
            }
            if (image.file.segment(Elf.PT_GNU_RELRO) == null) {
                throw new LoadException(image + ": is compiled for --privatize=swap, but linked with -z norelro, so that its Global "
                        + "Offset Table cannot be told from its variables; link it without that");
            }
            marked.add(image);
        }
        if (!marked.contains(program)) {
            throw new LoadException(name + ": is not compiled for --privatize=swap, so its code reaches global variables without the "
                    + "Global Offset Table; compile and link all of it with `flotilla cc --privatize=swap` (or c++, fort), or use --privatize=pie");
        }
        for (Image image : images) {
            if (!marked.contains(image) && OwnImages.contains(image, program)) {
                notices.sharedLibrary(image);
            }
        }
    }

    /** Gives the copies places in the slot, from slot-relative {@code position} on; answers the end of their pages. */
    long place(long position) {
        long end = position;
        for (Image image : images) {
            if (!marked.contains(image)) {
                continue;
            }
            for (Segment segment : image.file.loads()) {
                if (segment.writable()) {
                    // Variables are aligned in the copy as they are in the image.
                    long alignment = Math.max(Mapping.PAGE_SIZE, Math.min(segment.align(), Linking.LARGEST_ALIGNMENT));
                    long bias = (end - Mapping.pageDown(segment.vaddr()) + alignment - 1) & -alignment;
                    areas.add(new Area(image, segment, bias));
                    end = Mapping.pageUp(bias + segment.memoryEnd());
                }
            }
        }
        table = end;
        for (Image image : images) {
            forEachRelocated(image, vaddr -> tableBytes += image.file.isConstant(vaddr) ? WORD : 0);
        }
        return Mapping.pageUp(table + tableBytes);
    }

    /** Plans the mappings of the copies. */
    void map(MappingPlan plan, InitialData data) {
        for (Area area : areas) {
            plan.segment(area.image, area.segment, area.bias, data);
        }
        plan.anonymous(table, Mapping.pageUp(table + tableBytes), Mapping.PROT_READ | Mapping.PROT_WRITE);
    }

    /** When {@code shared} is relocated: makes the copies refer to themselves, and finds the words to swap. */
    void link(Image guest, SharedImages shared, Linking own) {
        for (Area area : areas) {
            findVariables(area);
        }
        for (Image image : images) {
            forEachRelocated(image, vaddr -> {
                long where = image.bias + vaddr;
                long value = shared.data.getLong(where);
                boolean isAddress = shared.data.isAddress(where);
                boolean isOfCopied = isAddress && variable(value) != null;
                if (variableAround(where) != null) {
                    if (isAddress) {
                        own.data.address(own(where), own(value));
                    } else {
                        own.data.constant(own(where), value);
                    }
                } else if (isOfCopied && image.file.isConstant(vaddr)) {
                    words.put(where, value);
                }
            });
        }
        // What is resolved by the guest, or is an address of the host, is so in the copies, too.
        for (Linking.HostAddress word : List.copyOf(shared.hostAddresses())) {
            if (variableAround(word.offset()) != null) {
                own.hostAddress(own(word.offset()), word.symbol(), word.addend());
            }
        }
        for (Linking.Indirect word : List.copyOf(shared.indirect())) {
            if (variableAround(word.where()) != null) {
                shared.indirectInRank(own(word.where()), word.resolver());
            }
        }
        // The guest library knows Fortran's MPI_IN_PLACE and its like by the addresses of the program's variables.
        forEachRelocated(guest, vaddr -> {
            long where = guest.bias + vaddr;
            if (own.data.isAddress(where)) {
                own.data.address(where, own(own.data.getLong(where)));
            }
        });
        long at = table;
        for (long value : words.values()) {
            own.data.address(at, own(value));
            at += WORD;
        }
        notices.finish();
    }

    /** Looks for variables that code of their image reaches without the GOT, because it is not compiled for this. */
    private void noteDirect(Area area, Variables variables) {
        var places = new TreeMap<Long, Long>();
        for (Variable variable : variables.all()) {
            if (variable.isGlobal() && !variables.marks().contains(variable.start())) {
                places.put(variable.start(), variable.end());
            }
        }
        for (long start : DirectReferences.of(area.image.file, places)) {
            notices.direct(area.image, area.image.bias + start);
        }
    }

    private void findVariables(Area area) {
        Image image = area.image;
        Variables variables = Variables.of(image.file, DebugFile.of(image.file));
        if (!variables.isComplete()) {
            notices.stripped(image);
        }
        for (Variable variable : variables.all()) {
            // Nearly all images have one writable segment.
            if (!area.segment.contains(variable.start(), variable.symbol().size())) {
                continue;
            }
            long start = image.bias + variable.start();
            if (variable.isGlobal()) {
                // Of names for one place the longest counts; names for parts of it make no difference.
                copied.merge(start, new Copied(start, image.bias + variable.end(), area.bias - image.bias),
                        (a, b) -> a.end >= b.end ? a : b);
                notices.global(start, variable);
            } else {
                others.add(start);
                if (!variable.isGuard()) {
                    notices.staticVariable(image, variable);
                }
            }
        }
        if (variables.isComplete()) {
            noteDirect(area, variables);
        }
    }

    /** Calls {@code consumer} with every place that relocation writes to, relative to the image's bias. */
    private static void forEachRelocated(Image image, LongConsumer consumer) {
        ElfFile file = image.file;
        for (long vaddr : file.relativeRelocations()) {
            consumer.accept(vaddr);
        }
        for (RelocationTable relocations : List.of(file.relocations(), file.pltRelocations())) {
            for (int i = 0; i < relocations.count(); i++) {
                int type = relocations.type(i);
                if (type != Elf.R_X86_64_NONE && type != Elf.R_X86_64_COPY) {
                    consumer.accept(relocations.offset(i));
                }
            }
        }
    }

    /** The copied variable that {@code offset} lies in, or null. */
    private Copied variableAround(long offset) {
        var entry = copied.floorEntry(offset);
        // A variable may have names for parts of it (COMMON blocks of several lengths, aliases): a few are looked at.
        for (int i = 0; entry != null && i < 8; i++) {
            if (offset < entry.getValue().end) {
                return entry.getValue();
            }
            entry = copied.lowerEntry(entry.getKey());
        }
        return null;
    }

    /** The copied variable that an address refers to, or null: its end does, too, unless another variable begins there. */
    private Copied variable(long offset) {
        Copied around = variableAround(offset);
        return around != null || others.contains(offset) ? around : variableAround(offset - 1);
    }

    /** Where in a rank's slot its copy of a variable is that the ranks share; other offsets stay as they are. */
    long own(long offset) {
        Copied found = SlotBases.isShared(offset) ? variable(offset) : null;
        return found == null ? offset : offset + found.distance;
    }

    /** Static TLS blocks are copied from the images: words that are swapped there are given their values for good. */
    void initializeStaticTls(long tp) {
        for (Image image : images) {
            Segment tls = image.file.tls();
            if (tls != null && image.tlsOffset != 0) {
                long start = image.bias + tls.vaddr();
                words.subMap(start, start + tls.fileSize()).forEach((where, value) ->
                        tlsWords.add(new TlsWord(tp - image.tlsOffset + (where - start), own(value))));
            }
        }
    }

    /** Completes a rank whose slot is made. */
    void complete(SlotBases bases) {
        for (TlsWord word : tlsWords) {
            Memory.putLong(bases.absolute(word.where), bases.absolute(word.value));
        }
    }

    /** A rank is about to run: the words refer to its copies from now on. */
    void enter(SlotBases bases) {
        if (current == bases.own()) {
            return;
        }
        current = bases.own();
        if (runs == null) {
            runs = findRuns(bases);
        }
        try {
            Natives.SWAP.invokeExact(runs.address(), runs.address() + runs.byteSize(), bases.own() + table);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private MemorySegment findRuns(SlotBases bases) {
        var found = new ArrayList<long[]>();
        for (long where : words.keySet()) {
            if (!found.isEmpty() && found.getLast()[0] + found.getLast()[1] == where) {
                found.getLast()[1] += WORD;
            } else {
                found.add(new long[] {where, WORD});
            }
        }
        MemorySegment list = Arena.ofAuto().allocate((long) RUN_SIZE * found.size(), WORD);
        for (int i = 0; i < found.size(); i++) {
            list.set(ValueLayout.JAVA_LONG, (long) i * RUN_SIZE, bases.absolute(found.get(i)[0]));
            list.set(ValueLayout.JAVA_LONG, (long) i * RUN_SIZE + WORD, found.get(i)[1]);
        }
        return list;
    }

    /** Images whose initializers and finalizers every rank runs. */
    boolean isRanksOwn(Image image) {
        return marked.contains(image);
    }

    /** What is not private although the program may think so: a line for each kind. */
    List<String> notices() {
        return notices.lines();
    }

    /** How many words are swapped. */
    int size() {
        return words.size();
    }
}
