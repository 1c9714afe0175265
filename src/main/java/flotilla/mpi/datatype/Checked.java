package flotilla.mpi.datatype;

/** 64-bit arithmetic on counts and displacements that refuses to overflow. */
final class Checked {
    static long multiply(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        if (high != low >> 63) {
            throw overflow();
        }
        return low;
    }

    static long add(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            throw overflow();
        }
        return sum;
    }

    static long subtract(long a, long b) {
        long difference = a - b;
        if (((a ^ b) & (a ^ difference)) < 0) {
            throw overflow();
        }
        return difference;
    }

    private static DatatypeException overflow() {
        return DatatypeException.argument("datatype", "would span more than 2^63 - 1 bytes");
    }

    private Checked() {}
}
