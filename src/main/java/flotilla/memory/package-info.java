/**
 * The address space of a node: raw memory access, {@code mmap} and its family, and the slots that ranks live in.
 *
 * <p>A slot is an address range that belongs to one rank for the whole job and has the same address in every process of
 * the job. Nothing but this package, {@code trap}, {@code image}, {@code elf} and the copy engine of {@code mpi} touches
 * memory by address; they do it through {@link flotilla.memory.Memory}.
 */
package flotilla.memory;
