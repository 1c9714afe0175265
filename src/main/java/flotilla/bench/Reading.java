package flotilla.bench;

/**
 * What a trial has read.
 *
 * @param series what is measured
 * @param x what varies (ranks, bytes), 0 where nothing does
 */
public record Reading(String series, long x, double value, String unit) {}
