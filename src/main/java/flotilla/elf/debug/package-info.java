/**
 * Names of code for people: lines of source files from {@code .debug_line} (DWARF 2 to 5, section 6.2), in the file itself or
 * in a separate one found by build id or debug link, and readable forms of C++ and Fortran names.
 *
 * <p>There is no well-kept library for DWARF on Maven Central, and of DWARF only the line tables are needed, so they are read
 * here. Files are trusted in nothing: what does not fit is an {@link flotilla.elf.ElfException}.
 */
package flotilla.elf.debug;
