package flotilla.elf.unwind;

/** Memory of what is looked at, which need not be there. */
public interface TargetMemory {
    /** Copies {@code bytes} bytes from {@code address} into {@code to}; answers false when they cannot all be read. */
    boolean read(long address, byte[] to, int bytes);
}
