package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import flotilla.elf.ProgramCheck;
import flotilla.elf.Symbol;
import flotilla.elf.SymbolName;
import flotilla.memory.Mapping;
import flotilla.memory.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Prepares a program: finds its libraries, lays out the slot, links, and builds the tables of the control block. */
final class Preparation {
    private final Path path;
    private final LoadOptions options;
    private final String name;
    private final ImageFiles files = new ImageFiles();
    private final List<String> warnings = new ArrayList<>();

    private Image program;
    private GuestLibrary guest;
    private LibraryLoader loader;
    private Scope scope;
    private TlsLayout tls;
    private SlotLayout layout;
    private Linking linking;
    /** Whether the ranks share the program and its libraries. */
    private final boolean sharing;
    /** The shared slot's instance of the guest library; null when there is no such slot. */
    private Image guestInstance;
    private SharedImages shared;
    /** Who loads the images of each rank outside of slots; null when they are mapped into slots. */
    private final SystemLoader system;
    /** The ranks' own copies of global variables; null where they have none beside the images. */
    private final GlobalCopies copies;
    private GateTable gates;
    private MissingFunctions missing;
    private final UniqueSymbols unique = new UniqueSymbols();
    private final Set<String> undefined = new LinkedHashSet<>();
    private final Set<HostLibrary.HostSymbol> hostData = new LinkedHashSet<>();
    /** Where the guest library's own pages end. */
    private long guestEnd;
    private long imagesEnd;
    /** All images but the guest library: the program, then the others breadth first. */
    private List<Image> images;

    Preparation(Path path, LoadOptions options, boolean sharing) {
        this(path, options, sharing, null, null);
    }

    /** With images that {@code system} loads for each rank. */
    Preparation(Path path, LoadOptions options, SystemLoader system) {
        this(path, options, false, system, null);
    }

    /** Of a program whose ranks share the images but for {@code copies}. */
    Preparation(Path path, LoadOptions options, GlobalCopies copies) {
        this(path, options, true, null, copies);
    }

    private Preparation(Path path, LoadOptions options, boolean sharing, SystemLoader system, GlobalCopies copies) {
        this.sharing = sharing;
        this.system = system;
        this.copies = copies;
        this.name = path.toString();
        this.path = realPath(path);
        this.options = options;
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            // Reading it will say what is wrong.
            return path;
        }
    }

    /** @throws LoadException when the program cannot run; the message is one line with the reason and the remedy */
    PreparedProgram prepare() {
        try {
            findLibraries();
            layOut();
            link();
            return finish();
        } catch (ElfException | SystemCallException e) {
            files.close();
            throw new LoadException(e.getMessage(), e);
        } catch (Throwable e) {
            files.close();
            throw e;
        }
    }

    private void findLibraries() {
        ElfFile file = ProgramCheck.read(path);
        loader = new LibraryLoader(name, new LibrarySearch(options.environment()), files);
        program = new Image(name, path, file, null);
        files.adopt(path, file);
        Instrumentation.check(name, program);
        loader.add(program);
        var roots = new ArrayList<Image>();
        roots.add(program);
        roots.addAll(preloaded());
        List<Provider> closure = loader.closure(roots);
        loader.checkVersions(loader.images());
        var face = loader.face() == null ? ReplacedLibraries.Face.STANDARD : loader.face();
        guest = new GuestLibrary(openGuestLibrary(face));
        if (sharing) {
            guestInstance = new Image(guest.image.name, guest.image.path, guest.image.file, null);
        }
        scope = Scope.global(closure, guest, guestInstance);
        images = closure.stream().filter(Provider.Private.class::isInstance)
                .map(provider -> ((Provider.Private) provider).image()).toList();
        if (copies != null) {
            copies.choose(images);
        }
        if (sharing) {
            checkAutoTls();
        }
    }

    /** LD_PRELOAD: what cannot be found is skipped with a warning, as ld.so does. */
    private List<Image> preloaded() {
        var preloaded = new ArrayList<Image>();
        for (String library : options.environment().getOrDefault("LD_PRELOAD", "").split("[ :]+")) {
            if (library.isEmpty()) {
                continue;
            }
            try {
                if (loader.find(library, program, new ArrayList<>()) instanceof Provider.Private(Image image)) {
                    preloaded.add(image);
                } else {
                    warnings.add(library + " from LD_PRELOAD cannot be preloaded: ignored");
                }
            } catch (ElfException | LoadException e) {
                warnings.add(library + " from LD_PRELOAD cannot be preloaded: " + e.getMessage());
            }
        }
        return preloaded;
    }

    private Image openGuestLibrary(ReplacedLibraries.Face face) {
        Path library = options.guestLibraryFolder().resolve(face.fileName());
        if (!Files.isRegularFile(library)) {
            throw new LoadException(library + ": the guest library is missing; build Flotilla first");
        }
        return new Image(face.fileName(), library, files.read(library), null);
    }

    private void layOut() {
        tls = new TlsLayout(images);
        if (images.size() + 1 > ControlBlock.MAX_IMAGES || tls.modules() > ControlBlock.MAX_IMAGES) {
            throw new LoadException(name + ": needs " + images.size() + " libraries, more than the "
                    + ControlBlock.MAX_IMAGES + " that a rank can have; link some of them statically");
        }
        layout = new SlotLayout(options);
        guestEnd = Linking.place(guest.image, layout.imagesStart);
        var listed = new ArrayList<>(images);
        listed.add(guest.image);
        long position = layout.placeHead(guest.require(GuestLibrary.CONTROL), HeadTables.most(listed, tls));
        if (copies != null) {
            position = copies.place(position);
        }
        if (sharing) {
            layout.finish(name, options, position);
            position = Linking.place(guestInstance, SlotBases.SHARED + layout.imagesStart);
        }
        if (system != null) {
            for (int i = 0; i < images.size(); i++) {
                images.get(i).bias = SlotBases.elsewhereBias(i);
            }
        } else {
            for (Image image : images.reversed()) {
                position = Linking.place(image, position);
            }
        }
        if (!sharing) {
            layout.finish(name, options, position);
        }
        imagesEnd = position;
    }

    private void link() {
        linking = new Linking(image -> { });
        gates = new GateTable(guest, tls.fsReason() != null);
        missing = new MissingFunctions(guest);
        var order = new ArrayList<Image>();
        order.add(guest.image);
        if (sharing) {
            shared = new SharedImages(options.slotSize(), guestInstance, imagesEnd,
                    Set.of(guest.find(GuestLibrary.TLSDESC_STATIC), guest.find(GuestLibrary.TLSDESC_UNDEFINED)));
            link(order, linking);
            order.clear();
            order.add(guestInstance);
        }
        order.addAll(images.reversed());
        link(order, sharing ? shared : linking);
        if (copies != null) {
            copies.link(guest.image, shared, linking);
        }
        if (!undefined.isEmpty()) {
            throw new LoadException(name + ": undefined symbols: " + String.join(", ", undefined)
                    + "; link the libraries that define them");
        }
    }

    private void link(List<Image> order, Linking into) {
        for (Image image : order) {
            image.mapped = files.mapped(image.path);
            if (SlotBases.isElsewhere(image.bias)) {
                MappingPlan.mapped(image, into.data);
            } else {
                into.map(image);
            }
            if (image == guest.image) {
                into.plan.anonymous(guestEnd, layout.headEnd(), Mapping.PROT_READ | Mapping.PROT_WRITE);
                if (copies != null) {
                    mapCopies();
                }
            }
        }
        var relocator = new Relocator(scope, guest, gates, missing, program, into, unique, false);
        for (Image image : order) {
            relocator.relocate(image);
        }
        undefined.addAll(relocator.undefined());
        hostData.addAll(relocator.hostData());
    }

    private void mapCopies() {
        for (Image image : images) {
            image.mapped = files.mapped(image.path);
        }
        copies.map(linking.plan, linking.data);
    }

    /** Where the program and its libraries are linked. */
    private Linking imageLinking() {
        return sharing ? shared : linking;
    }

    private PreparedProgram finish() {
        var head = new HeadTables(linking.data, layout.control(), options.slotSize());
        head.layout(layout, program.bias + program.file.entry());
        head.address(ControlBlock.CONTINUE, guest.require(GuestLibrary.CONTINUE));
        writeLists(head);
        head.programPath(path.toString());
        long tp = writeTls(head);
        writeIndirect(head, tp);
        var listed = new ArrayList<>(images);
        listed.add(guest.image);
        ImageTables tables = head.tables(listed);
        if (head.end() > layout.headEnd()) {
            throw new IllegalStateException(name + ": the head takes " + (head.end() - layout.control()) + " bytes, more than its most");
        }
        guest.require(GuestLibrary.START);
        MappingPlan plan = linking.plan;
        plan.prepend(layout.stackBase, layout.stackBase + layout.stackSize, stackProtection());
        plan.anonymous(layout.heapBase, layout.heapBase + layout.heapSize, Mapping.PROT_READ | Mapping.PROT_WRITE);
        linking.freeze(Arena.ofAuto());
        if (sharing) {
            shared.freeze(Arena.ofAuto());
        }
        if (system != null) {
            system.prepare(name, images);
        }
        return new PreparedProgram(name, path, options, program, guest, images, loader, scope, tls, layout, tables, linking, shared, system, copies, unique, gates,
                missing, files, tp, report());
    }

    /** Writes what resolvers of functions answer: into the images and, where it is the initial value of a thread-local variable, into the block. */
    private void writeIndirect(HeadTables head, long tp) {
        var entries = new ArrayList<Linking.Indirect>(imageLinking().indirect());
        for (Image image : images) {
            for (Linking.Indirect entry : imageLinking().indirect()) {
                long offset = image.tlsModule == 0 ? -1 : entry.where() - image.bias - image.file.tls().vaddr();
                if (offset >= 0 && offset < image.file.tls().fileSize()) {
                    entries.add(new Linking.Indirect(tp - image.tlsOffset + offset, entry.resolver()));
                }
            }
        }
        head.indirect(entries);
    }

    private int stackProtection() {
        boolean executable = program.file.wantsExecutableStack()
                || images.stream().anyMatch(image -> image.file.wantsExecutableStack());
        return Mapping.PROT_READ | Mapping.PROT_WRITE | (executable ? Mapping.PROT_EXEC : 0);
    }

    private void writeLists(HeadTables head) {
        var initializers = new ArrayList<Long>(linking.initializers(guest.image));
        var finalizers = new ArrayList<Long>();
        // What every rank runs although the images are shared comes last of the first, and first of the second.
        var ranksInitializers = new ArrayList<Long>();
        var ranksFinalizers = new ArrayList<Long>();
        for (Image image : LibraryLoader.initializationOrder(images)) {
            if (image != program) {
                boolean ranksOwn = copies != null && copies.isRanksOwn(image) || sharing && image.file.isAutoTls();
                (ranksOwn ? ranksInitializers : initializers).addAll(imageLinking().initializers(image));
                (ranksOwn ? ranksFinalizers : finalizers).addAll(0, imageLinking().finalizers(image));
            }
        }
        List<Long> own = imageLinking().initializers(program);
        boolean programIsRanksOwn = copies != null || sharing && program.file.isAutoTls();
        (programIsRanksOwn ? ranksInitializers : initializers).addAll(own);
        (programIsRanksOwn ? ranksFinalizers : finalizers).addAll(0, imageLinking().finalizers(program));
        finalizers.addAll(linking.finalizers(guest.image));
        head.list(ControlBlock.PREINIT_LIST, ControlBlock.PREINIT_COUNT,
                imageLinking().functions(program, program.file.preinitArray()));
        head.value(ControlBlock.PROGRAM_INIT_COUNT, own.size());
        head.value(ControlBlock.RANK_INIT_COUNT, ranksInitializers.size());
        head.value(ControlBlock.SHARED_FINI_COUNT, sharing ? finalizers.size() : 0);
        initializers.addAll(ranksInitializers);
        ranksFinalizers.addAll(finalizers);
        head.list(ControlBlock.INIT_LIST, ControlBlock.INIT_COUNT, initializers);
        head.list(ControlBlock.FINI_LIST, ControlBlock.FINI_COUNT, ranksFinalizers);
    }

    /** Where ranks share images, those compiled for auto-tls have constructors for each of them, which may not come before the program's. */
    private void checkAutoTls() {
        if (program.file.isAutoTls()) {
            return;
        }
        for (Image image : images) {
            if (image.file.isAutoTls()) {
                throw new LoadException(name + ": was not compiled with --privatize=auto-tls, but its library " + image.shortName()
                        + " was; compile the program so, too, or run it with --privatize=pie");
            }
        }
    }

    /** Writes static TLS and returns the thread pointer, or 0 when no image has TLS. */
    private long writeTls(HeadTables head) {
        if (!tls.exists()) {
            return 0;
        }
        long tp = head.reserveTls(tls);
        for (Image image : images) {
            if (image.tlsModule != 0) {
                linking.initializeStaticTls(image, tp);
            }
        }
        if (copies != null) {
            copies.initializeStaticTls(tp);
        }
        linking.data.address(tp + TlsLayout.SELF, tp);
        linking.data.address(tp + TlsLayout.SELF_2, tp);
        head.threadPointer(tp, tls.fsReason() != null);
        return tp;
    }

    private ProgramReport report() {
        var mpi = new TreeSet<String>();
        var missingMpi = new TreeSet<String>();
        for (Image image : images) {
            for (Symbol symbol : image.file.symbols().all()) {
                if (!symbol.isDefined() && ReplacedLibraries.isMpiName(symbol.name())) {
                    mpi.add(symbol.name());
                    if (!symbol.isWeak() && scope.lookup(image, new SymbolName(symbol.name()), null, null) == null) {
                        missingMpi.add(symbol.name());
                    }
                }
            }
        }
        noteThreads();
        var libraries = new ArrayList<ProgramReport.Library>();
        for (Image image : images) {
            if (image != program) {
                libraries.add(new ProgramReport.Library(image.name, image.path));
            }
        }
        libraries.add(new ProgramReport.Library(guest.image.name, guest.image.path));
        return new ProgramReport(path, loader.face() == null ? "standard" : loader.face().word, libraries,
                loader.hosts().stream().map(HostLibrary::soname).toList(), List.copyOf(loader.replaced()),
                List.copyOf(mpi), List.copyOf(missingMpi),
                missing.names().stream().filter(function -> !ReplacedLibraries.isMpiName(function)).toList(),
                hostData.stream().map(symbol -> symbol.name() + " of " + symbol.library()).sorted().toList(),
                tls.fsReason() != null,
                tls.fsReason() != null ? tls.fsReason() : "no image refers to the thread pointer", List.copyOf(warnings),
                notices(),
                images.stream().filter(image -> OwnImages.contains(image, program)).map(image -> image.file).toList());
    }

    private List<String> notices() {
        var notices = new ArrayList<>(Instrumentation.notices(program));
        if (copies != null) {
            notices.addAll(copies.notices());
        }
        return List.copyOf(notices);
    }

    private void noteThreads() {
        var threads = Map.of("pthread_create", "starts threads (pthread_create)", "thrd_create", "starts threads (thrd_create)",
                "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE",
                "starts threads (std::thread)", "GOMP_parallel", "uses OpenMP");
        for (Image image : images) {
            if (image.shortName().startsWith("libstdc++.so") || image.shortName().startsWith("libgomp.so")) {
                continue;
            }
            for (Symbol symbol : image.file.symbols().all()) {
                if (!symbol.isDefined() && !symbol.isWeak() && threads.containsKey(symbol.name())) {
                    warnings.add(image.shortName() + " " + threads.get(symbol.name())
                            + ": they are threads of the system beside the PEs, so leave cores for them (--pes, OMP_NUM_THREADS)");
                }
            }
        }
    }
}
