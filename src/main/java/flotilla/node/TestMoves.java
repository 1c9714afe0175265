package flotilla.node;

import flotilla.image.LoadException;

/**
 * How ranks move for tests, by FLOTILLA_MIGRATION: {@code forced} or {@code forced:N}, out of the process and into it again at each, or
 * each N-th, wait; {@code checked}, as forced, and addresses of the host that travel are told; {@code random:MS}, each MS milliseconds one
 * rank of each node to any node.
 *
 * @param waits       how many ranks must have to wait before one is moved by force; 0 for never
 * @param checked     whether addresses of the host are told
 * @param randomNanos between two random moves; 0 for none
 */
record TestMoves(int waits, boolean checked, long randomNanos) {
    private static final String VARIABLE = "FLOTILLA_MIGRATION";

    /**
     * What the environment says.
     *
     * @param pes of this node
     * @throws LoadException when it says nothing that this job could do
     */
    static TestMoves read(int nodes, int pes) {
        String value = System.getenv(VARIABLE);
        return value == null || value.isEmpty() ? new TestMoves(0, false, 0) : parse(value, nodes, pes);
    }

    static TestMoves parse(String value, int nodes, int pes) {
        String[] parts = value.split(":", 2);
        try {
            TestMoves moves = switch (parts[0]) {
                case "forced" -> new TestMoves(parts.length == 1 ? 1 : Integer.parseInt(parts[1]), false, 0);
                case "checked" -> new TestMoves(1, true, 0);
                case "random" -> new TestMoves(0, false, (long) (Double.parseDouble(parts[parts.length - 1]) * 1e6));
                default -> throw new NumberFormatException();
            };
            if (moves.waits <= 0 && moves.randomNanos <= 0) {
                throw new NumberFormatException();
            }
            if (moves.waits > 0 && (nodes > 1 || pes > 1)) {
                throw new LoadException(VARIABLE + "=" + value + ": ranks are forced to move in jobs of one node with one PE only (--pes 1)");
            }
            if (moves.randomNanos > 0 && nodes == 1) {
                throw new LoadException(VARIABLE + "=" + value + ": there is one node; ask for more with --nodes");
            }
            return moves;
        } catch (NumberFormatException unknown) {
            throw new LoadException(VARIABLE + "=" + value + ": write forced, forced:N, checked or random:MILLISECONDS");
        }
    }
}
