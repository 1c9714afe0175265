package flotilla.elf;

/**
 * A program header: bytes {@code [offset, offset + fileSize)} of the file appear at {@code [vaddr, vaddr + fileSize)}, and
 * zeros follow up to {@code vaddr + memorySize}.
 *
 * @param type  {@code PT_*}
 * @param flags {@code PF_*}
 * @param align a power of two, or 0 or 1 for none
 */
public record Segment(int type, int flags, long offset, long vaddr, long fileSize, long memorySize, long align) {
    public long fileEnd() {
        return vaddr + fileSize;
    }

    public long memoryEnd() {
        return vaddr + memorySize;
    }

    public boolean writable() {
        return (flags & Elf.PF_W) != 0;
    }

    public boolean executable() {
        return (flags & Elf.PF_X) != 0;
    }

    /** True when {@code bytes} bytes at {@code address} lie in the memory of the segment. */
    public boolean contains(long address, long bytes) {
        return address >= vaddr && bytes >= 0 && address <= memoryEnd() && bytes <= memoryEnd() - address;
    }
}
