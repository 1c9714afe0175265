package flotilla.bench;

/**
 * What a series that balances its load is compared with.
 *
 * @param unbalanced the series whose time by its own is the speed-up
 * @param ideal the series whose time is that of perfect balance
 */
public record SpeedUp(String unbalanced, String ideal) {}
