/**
 * {@code flotilla refactor}: moves the mutable global and static variables of a C program into structures, and hands a pointer
 * to them to the functions that need it. The program is read by clang; nothing here parses C beyond its tokens.
 *
 * <p>In the order of the work: {@link flotilla.refactor.Clang} runs clang, {@link flotilla.refactor.AstReader} reads its syntax
 * tree and {@link flotilla.refactor.TokenReader} its tokens, {@link flotilla.refactor.Collector} and
 * {@link flotilla.refactor.HiddenUses} find variables, functions and where they are used in a
 * {@link flotilla.refactor.Program}, {@link flotilla.refactor.Decision} says what moves and what cannot,
 * {@link flotilla.refactor.Layout} gives every variable its place, {@link flotilla.refactor.Rewriter} makes
 * {@link flotilla.refactor.Edits}, and {@link flotilla.refactor.Refactoring} has the {@link flotilla.refactor.Results} written.
 *
 * <p>{@code flotilla.refactor.fortran} does the same for programs in Fortran, on top of what is not C's own here.
 */
package flotilla.refactor;
