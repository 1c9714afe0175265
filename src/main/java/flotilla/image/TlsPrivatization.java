package flotilla.image;

import flotilla.image.Traits.Support;

/**
 * The program's author has tagged what is private as thread-local (C's {@code _Thread_local}, C++'s {@code thread_local},
 * OpenMP's {@code threadprivate}); every rank has its own block of that, reached through its own thread pointer. All else is
 * shared as with {@link NonePrivatization}.
 */
final class TlsPrivatization extends NonePrivatization {
    @Override
    public String name() {
        return "tls";
    }

    @Override
    public String summary() {
        return "variables tagged as thread-local are private, all others shared";
    }

    @Override
    public Traits traits() {
        Support tagged = Support.partly("those tagged");
        return new Traits("medium: variables are tagged by hand", "compilers with thread-local storage", tagged, tagged, tagged, tagged,
                Support.YES, "any number", Support.no(SharedImages.WHY_NOT_MOVABLE), Support.YES, "any");
    }
}
