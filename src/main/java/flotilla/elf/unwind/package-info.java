/**
 * Finds the callers of a stopped piece of code: reads the call frame information of ELF files ({@code .eh_frame_hdr} and
 * {@code .eh_frame}; Linux Standard Base Core 5.0 section 10.6, DWARF 5 section 6.4) and applies it to registers and a stack.
 *
 * <p>Neither files nor stacks are trusted: a damaged file is an {@link flotilla.elf.ElfException}, memory is read through
 * {@link flotilla.elf.unwind.TargetMemory}, which may refuse, and every walk has an end. Knows nothing of ranks.
 */
package flotilla.elf.unwind;
