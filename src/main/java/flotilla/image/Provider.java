package flotilla.image;

/**
 * Something that symbols are looked up in, at its position of a scope. What the compiler would make of {@code equals} here,
 * or of a switch over these types, the JVM generates anew at each start, and every job would wait for it.
 */
sealed interface Provider {
    /** A private image. */
    record Private(Image image) implements Provider {
        @Override
        public boolean equals(Object other) {
            return other instanceof Private(Image its) && its == image;
        }

        @Override
        public int hashCode() {
            return image.hashCode();
        }
    }

    /** A library of the process, behind gates. */
    record Host(HostLibrary library) implements Provider {
        @Override
        public boolean equals(Object other) {
            return other instanceof Host(HostLibrary its) && its == library;
        }

        @Override
        public int hashCode() {
            return library.hashCode();
        }
    }

    /** The guest library, whose parts stand at two places. */
    enum Guest implements Provider {
        /** Its MPI functions, in the place of the first MPI library. */
        MPI,
        /** Everything else that it exports, in the place of libc. */
        LIBC
    }
}
