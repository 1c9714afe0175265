package flotilla.elf;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file is a program that can become ranks: dynamically linked and position independent. */
public final class ProgramCheck {
    /**
     * Reads the program at {@code path} and checks it.
     *
     * @throws ElfException when it is no such program; the message says why and how to make one
     */
    public static ElfFile read(Path path) {
        ElfFile file = ElfFile.read(path);
        try {
            check(file);
            if (!Files.isExecutable(path)) {
                throw new ElfException(path.toString(), "may not be executed", "make it executable: chmod +x " + path);
            }
            return file;
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    static void check(ElfFile file) {
        String name = file.path().toString();
        boolean pie = (file.flags1() & Elf.DF_1_PIE) != 0;
        if (file.interpreter() == null && (file.type() == Elf.ET_EXEC || pie)) {
            throw new ElfException(name, "is statically linked", "link it dynamically: without -static or -static-pie");
        }
        if (file.type() == Elf.ET_EXEC) {
            throw new ElfException(name, "is not position independent", "recompile with -fPIE -pie");
        }
        // Linkers before binutils 2.26 did not mark programs; libc.so.6 has an interpreter but is none.
        if (file.interpreter() == null || file.soname() != null && !pie) {
            throw new ElfException(name, "is a shared library, not a program", "name the program that uses it");
        }
        if (!file.isDynamic()) {
            throw ElfException.damaged(name, "has an interpreter but no dynamic section");
        }
        Segment code = file.loadAt(file.entry(), 1);
        if (code == null || !code.executable()) {
            throw ElfException.damaged(name, "starts at 0x" + Long.toHexString(file.entry()) + ", outside of its code");
        }
    }

    private ProgramCheck() {}
}
