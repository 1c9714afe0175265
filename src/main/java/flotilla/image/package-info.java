/**
 * Privatization: a program becomes rank images.
 *
 * <p>The default method, {@code pie}, is a dynamic linker of our own. {@link flotilla.image.Preparation} does once what
 * ld.so does for every process: finds the libraries a program needs, gives each a place in the slot, resolves every
 * symbol and computes what every relocation writes. All of it is relative to the start of a slot, so that
 * {@link flotilla.image.PreparedProgram} turns a slot into a rank with a few mappings from the files, a copy of the
 * prepared writable data, and an addition of the slot's address to the words that hold addresses.
 *
 * <p>Three kinds of libraries stand behind a symbol: <em>private</em> ones, loaded into every slot; the <em>guest
 * library</em>, private too, which answers in place of the MPI library and of the parts of libc that a rank needs
 * for itself; and the <em>host's</em> libc and its kin, which exist once in the process and are called through
 * {@linkplain flotilla.image.GateTable gates}.
 */
package flotilla.image;
