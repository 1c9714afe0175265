package flotilla.mpi.datatype;

/** Type matching (MPI-3.1 section 3.3.1): whether what was sent may be received. Meant for debugging: it is not free. */
public final class Signature {
    /**
     * Whether the signature of {@code count} items of {@code sent} is a beginning of that of {@code receiveCount} items of
     * {@code received}. MPI_PACKED matches everything.
     */
    public static boolean matches(long count, Datatype sent, long receiveCount, Datatype received) {
        long total = Checked.multiply(count, sent.size());
        if (total > Checked.multiply(receiveCount, received.size())) {
            return false;
        }
        BasicType a = sent.elementType();
        BasicType b = received.elementType();
        if (a != null && a == b || a == BasicType.PACKED || b == BasicType.PACKED) {
            return true;
        }
        long position = 0;
        while (position < total) {
            long inSent = position % sent.size();
            long inReceived = position % received.size();
            if (Elements.typeAt(sent.typedRoot(), inSent) != Elements.typeAt(received.typedRoot(), inReceived)) {
                return false;
            }
            position += Math.min(Elements.runAt(sent.typedRoot(), inSent), Elements.runAt(received.typedRoot(), inReceived));
        }
        return true;
    }

    private Signature() {}
}
