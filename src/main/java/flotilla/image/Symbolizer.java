package flotilla.image;

import flotilla.elf.FunctionNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Names addresses of a slot for people. Symbol tables are read when the first address of an image is asked for. */
final class Symbolizer {
    private final Map<Image, FunctionNames> names = new ConcurrentHashMap<>();
    /** {@code function+0x12 in libfoo.so} for a slot-relative address. */
    String symbolize(GateTable gates, List<Image> images, long offset) {
        String gate = gates.name(offset);
        if (gate != null) {
            return "gate of " + gate;
        }
        for (Image image : images) {
            if (image.contains(offset)) {
                String name = names.computeIfAbsent(image, key -> FunctionNames.of(key.file)).at(offset - image.bias);
                return (name == null ? "0x" + Long.toHexString(offset - image.bias) : name) + " in " + image.shortName();
            }
        }
        return "slot offset 0x" + Long.toHexString(offset) + " (no image)";
    }
}
