package flotilla.image;

import flotilla.elf.Symbol;
import flotilla.elf.SymbolName;
import java.util.ArrayList;
import java.util.List;

/**
 * Where symbols are looked up, in order. The guest library stands at two places: with its MPI functions where the first
 * MPI library would, so that a profiling library before it still wins, and with the rest where libc would.
 */
final class Scope {
    private final List<Provider> providers;
    private final GuestLibrary guest;
    /** The guest library of the shared slot, whose variables are meant; null where every rank has its own. */
    private final Image sharedGuest;

    Scope(List<Provider> providers, GuestLibrary guest, Image sharedGuest) {
        this.providers = List.copyOf(providers);
        this.guest = guest;
        this.sharedGuest = sharedGuest;
    }

    /** The scope of a program: its breadth-first closure, completed by the guest library and by the host's libc and libm. */
    static Scope global(List<Provider> closure, GuestLibrary guest, Image sharedGuest) {
        var providers = new ArrayList<Provider>();
        for (Provider provider : closure) {
            if (provider instanceof Provider.Host(HostLibrary library) && ReplacedLibraries.isLibcProper(library.soname())) {
                addOnce(providers, Provider.Guest.LIBC);
            }
            addOnce(providers, provider);
        }
        addOnce(providers, Provider.Guest.MPI);
        addOnce(providers, Provider.Guest.LIBC);
        for (String name : List.of("libc.so.6", "libm.so.6")) {
            HostLibrary library = HostLibrary.open(name);
            if (library != null) {
                addOnce(providers, new Provider.Host(library));
            }
        }
        return new Scope(providers, guest, sharedGuest);
    }

    private static void addOnce(List<Provider> providers, Provider provider) {
        if (!providers.contains(provider)) {
            providers.add(provider);
        }
    }

    /** A scope of {@code other} providers. */
    Scope of(List<Provider> other) {
        return new Scope(other, guest, sharedGuest);
    }

    /** This scope, then {@code more}. */
    Scope then(List<Provider> more) {
        var both = new ArrayList<>(providers);
        more.forEach(provider -> addOnce(both, provider));
        return new Scope(both, guest, sharedGuest);
    }

    /** This scope less some images. */
    Scope without(List<Image> images) {
        return new Scope(providers.stream()
                .filter(provider -> !(provider instanceof Provider.Private(Image image) && images.contains(image))).toList(), guest, sharedGuest);
    }

    /** What comes behind the image, for RTLD_NEXT. */
    Scope after(Image image) {
        int position = providers.indexOf(image == guest.image ? Provider.Guest.LIBC : new Provider.Private(image));
        return new Scope(providers.subList(position + 1, providers.size()), guest, sharedGuest);
    }

    List<Provider> providers() {
        return providers;
    }

    /**
     * Looks up {@code name} for {@code from}.
     *
     * @param version version wanted, or null
     * @param skip    image not to look in, or null: a COPY relocation looks behind the program
     */
    Binding lookup(Image from, SymbolName name, String version, Image skip) {
        if (from == guest.image || from == sharedGuest && from != null) {
            String host = GuestLibrary.hostName(name.text());
            if (host != null) {
                return lookupHost(new SymbolName(host));
            }
        }
        for (Provider provider : providers) {
            Binding found = provider instanceof Provider.Private(Image image)
                    ? image == skip ? null : defined(image, image.file.lookup(name, version)) : beside(provider, name, version);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Looks up the default version of a name, for dlsym. */
    Binding lookupNewest(SymbolName name) {
        for (Provider provider : providers) {
            Binding found = provider instanceof Provider.Private(Image image)
                    ? defined(image, image.file.lookupNewest(name)) : beside(provider, name, null);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Looks into what is no image of the program's. */
    private Binding beside(Provider provider, SymbolName name, String version) {
        return provider instanceof Provider.Host(HostLibrary library) ? host(library, name, version)
                : guest(name, provider == Provider.Guest.MPI);
    }

    private Binding lookupHost(SymbolName name) {
        for (Provider provider : providers) {
            if (provider instanceof Provider.Host(HostLibrary library)) {
                Binding found = host(library, name, null);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private Binding guest(SymbolName name, boolean mpi) {
        // The guest library answers for every version: it stands for libraries that have many and that have none.
        if (ReplacedLibraries.isMpiName(name.text()) != mpi) {
            return null;
        }
        Symbol symbol = guest.image.file.lookupNewest(name);
        return defined(symbol != null && sharedGuest != null && GuestLibrary.isPublicVariable(symbol)
                ? sharedGuest : guest.image, symbol);
    }

    private static Binding defined(Image image, Symbol symbol) {
        return symbol == null ? null : new Binding.Defined(image, symbol);
    }

    private static Binding host(HostLibrary library, SymbolName name, String version) {
        // vfork runs the child on the parent's stack and would return into a gate that the parent is still in.
        SymbolName wanted = name.text().equals("vfork") || name.text().equals("__vfork") ? new SymbolName("fork") : name;
        HostLibrary.HostSymbol symbol = library.find(wanted, version);
        return symbol == null ? null : new Binding.Host(symbol);
    }
}
