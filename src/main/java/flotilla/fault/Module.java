package flotilla.fault;

import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import flotilla.elf.FunctionNames;
import flotilla.elf.Segment;
import flotilla.elf.Symbol;
import flotilla.elf.debug.DebugFile;
import flotilla.elf.unwind.FrameTable;
import flotilla.image.LoadedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;

/** An image in memory with what its file tells of it, read when it is asked for. Not thread-safe. */
final class Module {
    final LoadedImage image;
    /** False when the file has been replaced since: then it tells nothing of what is in memory. */
    private Boolean isCurrent;
    private Path symbolFile;
    private FrameTable frames;
    private boolean framesRead;
    private FunctionNames functions;
    private FunctionNames variables;

    Module(LoadedImage image) {
        this.image = image;
    }

    String name() {
        return image.name();
    }

    private boolean isCurrent() {
        if (isCurrent == null) {
            try (ElfFile now = ElfFile.read(image.file().path())) {
                isCurrent = Arrays.equals(now.buildId(), image.file().buildId()) && now.size() == image.file().size();
            } catch (ElfException e) {
                isCurrent = false;
            }
        }
        return isCurrent;
    }

    /** Where symbols and lines are; null when there are none for this image. */
    Path symbolFile() {
        if (symbolFile == null && isCurrent()) {
            symbolFile = DebugFile.of(image.file());
        }
        return symbolFile;
    }

    /** The segment that an address of memory lies in, or null. */
    Segment segment(long address) {
        return image.file().loadAt(address - image.bias(), 1);
    }

    boolean isCode(long address) {
        Segment segment = segment(address);
        return segment != null && segment.executable();
    }

    /** The call frame information, or null. */
    FrameTable frames() {
        if (!framesRead) {
            framesRead = true;
            if (isCurrent()) {
                try (ElfFile file = ElfFile.read(image.file().path())) {
                    frames = FrameTable.of(file);
                } catch (ElfException e) {
                    // As if there was none.
                }
            }
        }
        return frames;
    }

    /** The function at an address, or null. */
    Symbol function(long address) {
        if (functions == null && symbolFile() != null) {
            functions = FunctionNames.of(image.file(), symbolFile());
        }
        return functions == null ? null : functions.find(address - image.bias());
    }

    /** The name of a function by which programs know it, for one of several in the guest library. */
    String publicName(Symbol function) {
        if (!image.isGuestLibrary()) {
            return function.name();
        }
        return functions.aliases(function).stream().filter(name -> !name.startsWith("flotilla_"))
                .min(Comparator.comparing(Module::isInternal).thenComparing(String::length)).orElse(function.name());
    }

    private static boolean isInternal(String name) {
        return name.startsWith("_") || name.startsWith("PMPI");
    }

    /** The variable at an address, or null. */
    Symbol variable(long address) {
        if (variables == null && symbolFile() != null) {
            variables = FunctionNames.ofVariables(image.file(), symbolFile());
        }
        return variables == null ? null : variables.find(address - image.bias());
    }
}
