package flotilla.node.balance;

/** Is told, in node 0, of each step that has been decided. On the balancing thread. */
public interface Steps {
    /**
     * @param moves ranks that shall move
     * @param nanos that the decision has taken
     */
    void decided(String strategy, int moves, long nanos);
}
