package flotilla.image;

/**
 * Something that a rank has asked of its dynamic loader, and that has changed what it has: asked again in the same order by a
 * rank that has asked for nothing yet, it gives the same images the same places.
 *
 * @param kind    the operation: {@code DLOPEN}, {@code DLSYM} or {@code DLCLOSE} of {@link flotilla.abi.Operation}
 * @param name    path of the library, null for the program; name of the symbol
 * @param version of the symbol, or null
 * @param handle  that was closed, or in which a symbol was looked up
 * @param caller  address that asked
 * @param flags   of dlopen
 */
public record LinkerRequest(int kind, String name, String version, long handle, long caller, int flags) {}
