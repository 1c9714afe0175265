package flotilla.fault;

import flotilla.elf.Elf;
import flotilla.elf.Segment;
import flotilla.elf.unwind.PagedMemory;
import flotilla.elf.unwind.UnreadableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The list of images by which debuggers find them: {@code struct r_debug} and {@code struct link_map} of {@code <link.h>}, and
 * the entry DT_DEBUG of the program that points there. Ours exists in core files only.
 */
final class LinkMap {
    private static final int DEBUG_SIZE = 40;
    private static final int MAP_SIZE = 40;
    private static final int DT_DEBUG = 21;

    private final List<Module> modules;
    private final long address;
    private final byte[] bytes;

    /** @param address where the list is to lie */
    LinkMap(Modules all, long address) {
        // The program comes first, and has no name here.
        this.modules = all.all();
        this.address = address;
        long names = DEBUG_SIZE + (long) MAP_SIZE * modules.size();
        byte[][] paths = new byte[modules.size()][];
        int length = (int) names;
        for (int i = 0; i < paths.length; i++) {
            paths[i] = ((i == 0 ? "" : modules.get(i).image.file().path().toString()) + "\0").getBytes(StandardCharsets.UTF_8);
            length += paths[i].length;
        }
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(1).putLong(address + DEBUG_SIZE).putLong(0).putLong(0).putLong(0); // r_version, r_map, r_brk, r_state, r_ldbase
        long name = address + names;
        for (int i = 0; i < paths.length; i++) {
            long here = address + DEBUG_SIZE + (long) MAP_SIZE * i;
            out.putLong(modules.get(i).image.bias()).putLong(name).putLong(dynamic(modules.get(i)));
            out.putLong(i + 1 < paths.length ? here + MAP_SIZE : 0).putLong(i > 0 ? here - MAP_SIZE : 0);
            name += paths[i].length;
        }
        for (byte[] path : paths) {
            out.put(path);
        }
        bytes = out.array();
    }

    private static long dynamic(Module module) {
        Segment segment = module.image.file().segment(Elf.PT_DYNAMIC);
        return segment == null ? 0 : module.image.bias() + segment.vaddr();
    }

    long address() {
        return address;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Has the program's DT_DEBUG point to the list. */
    void addTo(Map<Long, Long> patches, ProcessMemory process) {
        var memory = new PagedMemory(process);
        Segment segment = modules.getFirst().image.file().segment(Elf.PT_DYNAMIC);
        if (segment == null) {
            return;
        }
        long start = dynamic(modules.getFirst());
        try {
            for (long at = start; at < start + segment.memorySize(); at += Elf.DYN_SIZE) {
                if (memory.readWord(at) == DT_DEBUG) {
                    patches.put(at + 8, address);
                }
            }
        } catch (UnreadableException e) {
            // No list then.
        }
    }
}
