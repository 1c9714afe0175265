package flotilla.mpi.datatype;

/**
 * Collects the lower and upper bound of a datatype under construction (MPI-3.1 section 4.1.7). Explicit markers
 * (MPI_LB, MPI_UB, MPI_Type_create_resized) win over the bounds of data, and survive nesting. A marker affects only its
 * own bound.
 */
final class Bounds {
    private boolean hasLb;
    private boolean hasUb;
    private boolean hasData;
    boolean explicitLb;
    boolean explicitUb;
    long lb;
    long ub;
    long trueLb;
    long trueUb;
    int alignment = 1;

    /** Adds copies of {@code type} whose least displacement is {@code least} and whose greatest is {@code greatest}, bytes. */
    void add(Datatype type, long least, long greatest) {
        if (type.hasLb()) {
            addLb(Checked.add(least, type.lb()), type.isLbExplicit());
        }
        if (type.hasUb()) {
            addUb(Checked.add(greatest, type.ub()), type.isUbExplicit());
        }
        if (type.size() > 0) {
            long start = Checked.add(least, type.trueLb());
            long end = Checked.add(greatest, type.trueUb());
            trueLb = hasData ? Math.min(trueLb, start) : start;
            trueUb = hasData ? Math.max(trueUb, end) : end;
            hasData = true;
            alignment = Math.max(alignment, type.alignment());
        }
    }

    private void addLb(long value, boolean explicit) {
        if (!hasLb || explicit && !explicitLb) {
            lb = value;
        } else if (explicit == explicitLb) {
            lb = Math.min(lb, value);
        }
        hasLb = true;
        explicitLb |= explicit;
    }

    private void addUb(long value, boolean explicit) {
        if (!hasUb || explicit && !explicitUb) {
            ub = value;
        } else if (explicit == explicitUb) {
            ub = Math.max(ub, value);
        }
        hasUb = true;
        explicitUb |= explicit;
    }

    /** Replaces both bounds by explicit ones. */
    void set(long newLb, long newUb) {
        lb = newLb;
        ub = newUb;
        hasLb = hasUb = explicitLb = explicitUb = true;
    }

    /** Rounds the extent up to the alignment of the strictest member, as a C compiler pads a structure. */
    void pad() {
        if (hasData && !explicitUb) {
            long over = Math.floorMod(Checked.subtract(ub, lb), alignment);
            if (over != 0) {
                ub = Checked.add(ub, alignment - over);
            }
        }
    }

    /** Refuses bounds whose difference does not fit. */
    void check() {
        Checked.subtract(ub, lb);
        Checked.subtract(trueUb, trueLb);
    }
}
