package flotilla.bench.group;

/**
 * How much is asked of other implementations. Their processes wait by spinning, so that each message between more
 * processes than cores may take until the kernel's next turn, milliseconds later.
 */
final class References {
    static final int MOST_PROCESSES = 16;

    private References() {}
}
