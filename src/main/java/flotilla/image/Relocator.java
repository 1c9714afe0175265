package flotilla.image;

import flotilla.elf.Elf;
import flotilla.elf.ElfFile;
import flotilla.elf.RelocationTable;
import flotilla.elf.Segment;
import flotilla.elf.Symbol;
import flotilla.elf.SymbolName;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Computes what the relocations of an image write (psABI, "Relocation Types"), relative to the slot. Where it is written
 * is up to the {@link Sink}: a template for all ranks, or the memory of one.
 */
final class Relocator {
    /** Receives the results; all offsets and addresses are slot-relative. */
    interface Sink {
        long getLong(long offset);

        /** The word becomes an address of the slot. */
        void address(long offset, long value);

        /** The word becomes a value that is the same in every slot. */
        void constant(long offset, long value);

        /** The word becomes an address of host data. */
        void hostAddress(long offset, HostLibrary.HostSymbol symbol, long addend);

        /** The guest is to store the result of the resolver before it starts. */
        void irelative(long offset, long resolver);

        /** Initial value of a variable, copied when everything is relocated. */
        void copy(long to, long from, long bytes);

        void hostCopy(long to, HostLibrary.HostSymbol from, long bytes);

        /** Gives the image's TLS block a fixed distance from the thread pointer, or fails. */
        void makeTlsStatic(Image image);

        /** Room for the {module, offset} pair of a TLS descriptor. */
        long descriptorPair(long module, long offset);
    }

    private final Scope scope;
    private final GuestLibrary guest;
    private final GateTable gates;
    private final MissingFunctions missing;
    private final Image program;
    private final Sink sink;
    private final boolean bindNow;
    private final UniqueSymbols unique;
    /** Functions whose address is that of the program's own PLT entry, because code of the program has it as a constant. */
    private final Map<String, Symbol> canonical;
    private final Set<String> undefined = new LinkedHashSet<>();
    private final Set<HostLibrary.HostSymbol> hostData = new LinkedHashSet<>();

    // The image that is being relocated, and what its symbols were found to be.
    private Image image;
    private Binding[] bindings;
    private boolean[] looked;

    /** {@code bindNow}: whether undefined functions are errors at once, as with dlopen(RTLD_NOW). */
    Relocator(Scope scope, GuestLibrary guest, GateTable gates, MissingFunctions missing, Image program, Sink sink,
            UniqueSymbols unique, boolean bindNow) {
        this.scope = scope;
        this.guest = guest;
        this.gates = gates;
        this.missing = missing;
        this.program = program;
        this.sink = sink;
        this.unique = unique;
        this.bindNow = bindNow;
        this.canonical = canonicalFunctions(program);
    }

    /** Undefined functions with a value (gABI, "Symbol Values", of SHN_UNDEF): the value is where all find the function. */
    private static Map<String, Symbol> canonicalFunctions(Image program) {
        var found = new HashMap<String, Symbol>();
        for (Symbol symbol : program.file.symbols().all()) {
            if (!symbol.isDefined() && symbol.value() != 0 && symbol.isFunction()
                    && program.file.loadAt(symbol.value(), 1) != null) {
                found.put(symbol.name(), symbol);
            }
        }
        return found;
    }

    /** Undefined symbols that make the program impossible to start, each with the image that needs it. */
    Set<String> undefined() {
        return undefined;
    }

    /** Variables of the host that images refer to directly. */
    Set<HostLibrary.HostSymbol> hostData() {
        return hostData;
    }

    void relocate(Image target) {
        image = target;
        ElfFile file = target.file;
        bindings = new Binding[file.symbols().count()];
        looked = new boolean[bindings.length];
        for (long offset : file.relativeRelocations()) {
            long where = where(offset, 8);
            sink.address(where, target.bias + sink.getLong(where));
        }
        apply(file.relocations(), false);
        apply(file.pltRelocations(), true);
    }

    private void apply(RelocationTable table, boolean plt) {
        for (int i = 0; i < table.count(); i++) {
            int type = table.type(i);
            if (type == Elf.R_X86_64_RELATIVE) {
                sink.address(where(table.offset(i), 8), image.bias + table.addend(i));
            } else if (type != Elf.R_X86_64_NONE) {
                apply(type, table.offset(i), table.symbol(i), table.addend(i), plt);
            }
        }
    }

    private void apply(int type, long offset, int symbolIndex, long addend, boolean plt) {
        switch (type) {
            case Elf.R_X86_64_64 -> word(where(offset, 8), symbolIndex, addend, plt);
            case Elf.R_X86_64_GLOB_DAT, Elf.R_X86_64_JUMP_SLOT ->
                    word(where(offset, 8), symbolIndex, 0, plt || type == Elf.R_X86_64_JUMP_SLOT);
            case Elf.R_X86_64_IRELATIVE -> sink.irelative(where(offset, 8), image.bias + addend);
            case Elf.R_X86_64_COPY -> copy(offset, symbolIndex);
            case Elf.R_X86_64_DTPMOD64 -> {
                Binding.Defined variable = tlsVariable(symbolIndex);
                sink.constant(where(offset, 8), variable == null ? 0 : variable.image().tlsModule);
            }
            case Elf.R_X86_64_DTPOFF64 -> {
                Binding.Defined variable = tlsVariable(symbolIndex);
                sink.constant(where(offset, 8), addend + tlsValue(variable));
            }
            case Elf.R_X86_64_TPOFF64 -> {
                Binding.Defined variable = tlsVariable(symbolIndex);
                if (variable != null) {
                    sink.makeTlsStatic(variable.image());
                }
                sink.constant(where(offset, 8),
                        addend + tlsValue(variable) - (variable == null ? 0 : variable.image().tlsOffset));
            }
            case Elf.R_X86_64_TLSDESC -> tlsDescriptor(where(offset, 16), symbolIndex, addend);
            case Elf.R_X86_64_SIZE64 -> sink.constant(where(offset, 8), addend + size(symbolIndex));
            case Elf.R_X86_64_PC32, Elf.R_X86_64_32, 4, 11 -> throw new LoadException(image
                    + ": has 32-bit relocations (type " + type + "), which cannot reach across a slot; recompile it with -fPIC");
            default -> throw new LoadException(image + ": has a relocation of the unknown type " + type + " at 0x"
                    + Long.toHexString(offset) + "; recompile it with the system's compiler");
        }
    }

    /** Slot-relative address of a place to relocate, which must lie in writable memory of the image. */
    private long where(long offset, long bytes) {
        Segment segment = image.file.loadAt(offset, bytes);
        if (segment == null) {
            throw new LoadException(image + ": has a relocation at 0x" + Long.toHexString(offset)
                    + ", outside of what it loads; the file is damaged: build or copy it again");
        }
        if (!segment.writable()) {
            throw new LoadException(image + ": has relocations in its code (text relocations), which cannot be shared; "
                    + "recompile it with -fPIC");
        }
        return image.bias + offset;
    }

    private void word(long where, int symbolIndex, long addend, boolean plt) {
        if (symbolIndex == 0) {
            sink.constant(where, addend);
            return;
        }
        Symbol reference = image.file.symbols().get(symbolIndex);
        if (!plt && !canonical.isEmpty() && canonical.containsKey(reference.name()) && !reference.isDefined()) {
            sink.address(where, program.bias + canonical.get(reference.name()).value() + addend);
            return;
        }
        // Not a switch: see Provider.
        Binding binding = binding(reference);
        if (binding instanceof Binding.Defined(Image owner, Symbol symbol)) {
            if (symbol.type() == Elf.STT_GNU_IFUNC) {
                sink.irelative(where, owner.bias + symbol.value());
            } else if (symbol.section() == Elf.SHN_ABS) {
                sink.constant(where, symbol.value() + addend);
            } else {
                sink.address(where, owner.bias + symbol.value() + addend);
            }
        } else if (binding instanceof Binding.Host(HostLibrary.HostSymbol symbol)) {
            if (symbol.isFunction() || symbol.type() == Elf.STT_NOTYPE && (plt || reference.isFunction())) {
                sink.address(where, gates.gate(symbol) + addend);
            } else {
                hostData.add(symbol);
                sink.hostAddress(where, symbol, addend);
            }
        } else {
            undefinedWord(where, reference, plt);
        }
    }

    private void undefinedWord(long where, Symbol reference, boolean plt) {
        if (reference.isWeak()) {
            sink.constant(where, 0);
        } else if (plt && !bindNow && !image.file.bindsNow() || isMpiFunction(reference, plt)) {
            sink.address(where, missing.stub(reference.name()));
        } else {
            undefined.add(reference.name() + " (needed by " + image.shortName() + ")");
            sink.constant(where, 0);
        }
    }

    private static boolean isMpiFunction(Symbol reference, boolean plt) {
        return ReplacedLibraries.isMpiName(reference.name())
                && (plt || reference.type() != Elf.STT_OBJECT && reference.type() != Elf.STT_TLS);
    }

    private void copy(long offset, int symbolIndex) {
        Symbol reference = image.file.symbols().get(symbolIndex);
        String version = image.file.versions().wanted(symbolIndex);
        long where = where(offset, reference.size());
        switch (scope.lookup(image, new SymbolName(reference.name()), version, program)) {
            case Binding.Defined(Image owner, Symbol symbol) ->
                    sink.copy(where, owner.bias + symbol.value(), checked(owner, symbol, Math.min(reference.size(), symbol.size())));
            case Binding.Host(HostLibrary.HostSymbol symbol) -> {
                hostData.add(symbol);
                sink.hostCopy(where, symbol, Math.min(reference.size(), symbol.size()));
            }
            case null -> {
                if (!reference.isWeak()) {
                    undefined.add(reference.name() + " (needed by " + image.shortName() + ")");
                }
            }
        }
    }

    private static long checked(Image owner, Symbol symbol, long bytes) {
        if (owner.file.loadAt(symbol.value(), bytes) == null) {
            throw new LoadException(owner + ": symbol " + symbol.name()
                    + " lies outside of what it loads; the file is damaged: build or copy it again");
        }
        return bytes;
    }

    /** The thread-local variable a relocation means; index 0 means the image's own block. Null for an undefined weak one. */
    private Binding.Defined tlsVariable(int symbolIndex) {
        if (symbolIndex == 0) {
            return new Binding.Defined(ownTls(), null);
        }
        Symbol reference = image.file.symbols().get(symbolIndex);
        return switch (binding(reference)) {
            case Binding.Defined(Image owner, Symbol symbol) -> {
                if (symbol.type() != Elf.STT_TLS || owner.tlsModule == 0) {
                    throw new LoadException(image + ": symbol " + reference.name() + " is thread-local, but " + owner
                            + " defines it otherwise; compile both with the same headers");
                }
                yield new Binding.Defined(owner, symbol);
            }
            case Binding.Host(HostLibrary.HostSymbol symbol) -> throw new LoadException(image
                    + ": uses the thread-local variable " + symbol.name() + " of " + symbol.library()
                    + ", which ranks cannot have for themselves; recompile it against its headers");
            case null -> {
                if (!reference.isWeak()) {
                    undefined.add(reference.name() + " (needed by " + image.shortName() + ")");
                }
                yield null;
            }
        };
    }

    private Image ownTls() {
        if (image.tlsModule == 0) {
            throw new LoadException(image + ": has relocations for thread-local storage but no TLS segment; "
                    + "the file is damaged: build or copy it again");
        }
        return image;
    }

    private static long tlsValue(Binding.Defined variable) {
        return variable == null || variable.symbol() == null ? 0 : variable.symbol().value();
    }

    /** A TLS descriptor is a function and its argument; the function returns the variable's offset from the thread pointer. */
    private void tlsDescriptor(long where, int symbolIndex, long addend) {
        Binding.Defined variable = tlsVariable(symbolIndex);
        long value = tlsValue(variable) + addend;
        if (variable == null) {
            // The address of an undefined weak variable is its addend.
            sink.address(where, guest.require(GuestLibrary.TLSDESC_UNDEFINED));
            sink.constant(where + 8, value);
        } else if (variable.image().tlsOffset != 0) {
            sink.address(where, guest.require(GuestLibrary.TLSDESC_STATIC));
            sink.constant(where + 8, value - variable.image().tlsOffset);
        } else {
            sink.address(where, guest.require(GuestLibrary.TLSDESC_DYNAMIC));
            sink.address(where + 8, sink.descriptorPair(variable.image().tlsModule, value));
        }
    }

    private long size(int symbolIndex) {
        return binding(image.file.symbols().get(symbolIndex)) instanceof Binding.Defined(Image owner, Symbol symbol)
                ? symbol.size() : 0;
    }

    private Binding binding(Symbol reference) {
        int index = reference.index();
        if (!looked[index]) {
            looked[index] = true;
            bindings[index] = unique.only(bind(reference));
            if (bindings[index] instanceof Binding.Defined(Image owner, Symbol symbol) && owner != image) {
                image.boundTo.add(owner);
            }
        }
        return bindings[index];
    }

    private Binding bind(Symbol reference) {
        if (reference.isDefined() && (reference.isLocal() || reference.visibility() != Elf.STV_DEFAULT)) {
            return new Binding.Defined(image, reference);
        }
        var name = new SymbolName(reference.name());
        String version = image.file.versions().wanted(reference.index());
        if ((image.file.flags() & Elf.DF_SYMBOLIC) != 0) {
            Symbol own = image.file.lookup(name, version);
            if (own != null) {
                return new Binding.Defined(image, own);
            }
        }
        if (version == null && reference.isDefined()) {
            version = image.file.versions().defined(reference.index());
        }
        Binding found = scope.lookup(image, name, version, null);
        // An image opened locally, or the guest library, may stand outside of the scope: its own definition serves it.
        return found == null && reference.isDefined() && reference.isExported()
                ? new Binding.Defined(image, reference) : found;
    }
}
