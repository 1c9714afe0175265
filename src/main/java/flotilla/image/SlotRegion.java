package flotilla.image;

/** The parts of a slot, as {@link SlotLayout} orders them. */
public enum SlotRegion {
    /** Control block, tables of the loader. */
    HEAD,
    /** Static thread-local variables. */
    THREAD_LOCAL,
    STACK_GUARD,
    STACK,
    IMAGES,
    HEAP,
    /** Where mmap and dlopen put things. */
    MAP,
    GUARD
}
