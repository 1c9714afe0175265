/**
 * {@code flotilla refactor} for Fortran: moves variables of modules and COMMON blocks, and what procedures save, into derived types,
 * and hands these to the procedures that need them. The program is read by LLVM's front end; nothing here parses Fortran beyond
 * commas and comments of statements whose places are known.
 *
 * <p>In the order of the work: {@link flotilla.refactor.fortran.FortranReader} runs the reader (plugin/fortran),
 * {@link flotilla.refactor.fortran.Facts} is what it tells, {@link flotilla.refactor.fortran.Decision} says what moves and what
 * cannot, {@link flotilla.refactor.fortran.Layout} gives every {@link flotilla.refactor.fortran.Variable} its place in a
 * {@link flotilla.refactor.fortran.Part}, {@link flotilla.refactor.fortran.Rewriter} changes the program's text,
 * {@link flotilla.refactor.fortran.Generated} is what is new, and {@link flotilla.refactor.fortran.FortranRefactoring} writes the files.
 */
package flotilla.refactor.fortran;
