package flotilla.balance;

/** Decides where ranks should be. A strategy may remember earlier steps; then it is used for one job, step after step. */
public interface Strategy {
    /** As it is typed. */
    String name();

    /**
     * Answers the PE of each rank from now on: an array of its own. A rank that may not move stays. The same steps (and the same
     * seed, where one is drawn from) give the same answers.
     *
     * @throws BalanceException when it can't work here (a library is missing)
     */
    int[] place(Load load);
}
