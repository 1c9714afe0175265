package flotilla.fault;

import flotilla.elf.Segment;
import flotilla.elf.Symbol;
import flotilla.elf.debug.ReadableNames;
import flotilla.image.RankImages;
import flotilla.memory.ProcessMaps;
import java.util.List;

/** Says what an address belongs to. */
final class AddressOwner {
    private static final long NEAR_NULL = 1 << 16;

    private final RankImages[] ranks;
    private final int self;
    private final Modules modules;
    private final List<ProcessMaps.Entry> maps;

    /** @param ranks null for those that have not begun */
    AddressOwner(RankImages[] ranks, int self, Modules modules, List<ProcessMaps.Entry> maps) {
        this.ranks = ranks;
        this.self = self;
        this.modules = modules;
        this.maps = maps;
    }

    private ProcessMaps.Entry mapping(long address) {
        return maps.stream().filter(entry -> entry.contains(address)).findFirst().orElse(null);
    }

    String describe(long address) {
        if (address == 0) {
            return "a null pointer";
        }
        if (address > 0 && address < NEAR_NULL) {
            return "a null pointer with an offset";
        }
        int rank = rankOf(address);
        if (rank == self) {
            return inSlot(address, rank, modules);
        }
        if (rank >= 0) {
            return "another rank's memory: " + inSlot(address, rank, new Modules(ranks[rank], ranks[rank].mainControl(), List.of(), null));
        }
        Module module = modules.at(address);
        if (module != null) {
            return inModule(module, address, "of the process");
        }
        for (ProcessMaps.Entry entry : maps) {
            if (entry.contains(address)) {
                return "memory of the process outside any rank" + (entry.file().isEmpty() ? "" : " (" + entry.file() + ")");
            }
        }
        return "outside any rank, not mapped";
    }

    private int rankOf(long address) {
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] != null && ranks[i].owns(address)) {
                return i;
            }
        }
        return -1;
    }

    private String inSlot(long address, int rank, Modules images) {
        Module module = images.at(address);
        if (module != null) {
            return inModule(module, address, "of rank " + rank);
        }
        ProcessMaps.Entry mapping = mapping(address);
        String unmapped = mapping == null ? ", not mapped" : !mapping.isReadable() ? ", inaccessible" : !mapping.isWritable() ? ", read-only" : "";
        return switch (ranks[rank].region(address)) {
            case HEAD -> "Flotilla's tables of rank " + rank + unmapped;
            case THREAD_LOCAL -> "thread-local variables of rank " + rank;
            case STACK_GUARD -> "stack of rank " + rank + " (guard page: stack overflow)";
            case STACK -> "stack of rank " + rank;
            case IMAGES -> "between the images of rank " + rank + unmapped;
            case HEAP -> "heap of rank " + rank + unmapped;
            case MAP -> mapping != null ? "memory that rank " + rank + " has mapped" + unmapped
                    : "memory of rank " + rank + " that was unmapped, or never mapped";
            case GUARD -> "between the regions of rank " + rank + unmapped;
        };
    }

    private String inModule(Module module, long address, String owner) {
        Segment segment = module.segment(address);
        if (segment == null) {
            return "between the segments of " + module.name();
        }
        String place = module.name();
        if (segment.executable()) {
            Symbol function = module.function(address);
            return "text of " + place + " (read-only" + symbol(function, module, address) + ")";
        }
        Symbol variable = module.variable(address);
        if (!segment.writable()) {
            return "constants of " + place + " (read-only" + symbol(variable, module, address) + ")";
        }
        return "globals " + owner + " (" + place + symbol(variable, module, address) + ")";
    }

    private static String symbol(Symbol symbol, Module module, long address) {
        if (symbol == null) {
            return "";
        }
        long offset = address - module.image.bias() - symbol.value();
        return ", " + ReadableNames.of(symbol.name(), false) + (offset == 0 ? "" : " + " + offset);
    }
}
