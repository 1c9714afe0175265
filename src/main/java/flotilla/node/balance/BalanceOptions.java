package flotilla.node.balance;

import java.nio.file.Path;

/**
 * How a job balances its load.
 *
 * @param strategy one of {@link flotilla.balance.strategy.Strategies#NAMES}
 * @param everyNanos between two steps, more than 0; or 0: as often as the strategy finds it worthwhile
 * @param trace file for what is measured and decided, which is there already; or null for none
 */
public record BalanceOptions(String strategy, long everyNanos, Path trace) {
    /** Of jobs that say nothing. */
    public static final String DEFAULT = "auto";
    public static final BalanceOptions NONE = new BalanceOptions("none", 0, null);

    /** Whether anything is to be measured. */
    public boolean measures() {
        return !strategy.equals("none") || trace != null;
    }
}
