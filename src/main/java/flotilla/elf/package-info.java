/**
 * Reads ELF files: 64-bit, little-endian, x86-64, as the System V gABI, the x86-64 psABI and the GNU extensions describe
 * them.
 *
 * <p>An ELF file has two views. Loaders use <em>segments</em> (program headers): {@code PT_LOAD} says which bytes of the
 * file go to which addresses, {@code PT_DYNAMIC} points to a table of tags that locates symbols, relocations and the
 * names of needed libraries by address. Linkers and debuggers use <em>sections</em>. Here everything is read through
 * segments but {@code .symtab}, whose function names only symbolization wants.
 *
 * <p>Addresses in a file ({@code vaddr}) are relative to where the image is placed, its <em>bias</em>. All bytes come from
 * outside and are trusted in nothing: every offset is checked against the file, and what does not fit is reported as a
 * {@link flotilla.elf.ElfException}.
 */
package flotilla.elf;
