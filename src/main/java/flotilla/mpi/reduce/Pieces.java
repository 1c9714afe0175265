package flotilla.mpi.reduce;

/** A thread's arrays of {@link Kernel#PIECE_BYTES}: two of each carrier, made on first use. */
public final class Pieces {
    private static final ThreadLocal<Pieces> OWN = ThreadLocal.withInitial(Pieces::new);
    private static final int EACH = 2;
    private static final int CARRIERS = Carrier.values().length;

    private final Object[] arrays = new Object[EACH * CARRIERS];

    /** Those of the current thread, for use until it does something else. */
    public static Pieces get() {
        return OWN.get();
    }

    public Object first(Carrier carrier) {
        return array(carrier, 0);
    }

    public Object second(Carrier carrier) {
        return array(carrier, 1);
    }

    private Object array(Carrier carrier, int which) {
        int index = which * CARRIERS + carrier.ordinal();
        Object array = arrays[index];
        if (array == null) {
            array = carrier.allocate(Kernel.PIECE_BYTES / carrier.bytes());
            arrays[index] = array;
        }
        return array;
    }

    private Pieces() {}
}
