package flotilla.image;

/** Something that symbols are looked up in, at its position of a scope. */
sealed interface Provider {
    /** A private image. */
    record Private(Image image) implements Provider {}

    /** A library of the process, behind gates. */
    record Host(HostLibrary library) implements Provider {}

    /** The MPI functions of the guest library, in the place of the first MPI library. */
    record GuestMpi() implements Provider {}

    /** Everything else that the guest library exports, in the place of libc. */
    record GuestLibc() implements Provider {}
}
