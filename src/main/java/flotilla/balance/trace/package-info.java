/**
 * Balancing steps in a file, for {@code --balance-trace} and {@code flotilla balance}: what was measured and what was decided.
 *
 * <p>A file is the eight bytes {@code FLOTBAL1} and a block for each step: three big-endian ints (length of what follows, length
 * of it unpacked, CRC-32 of it unpacked) and as many bytes in zlib's format (RFC 1950). Unpacked, a step is a row of numbers of
 * seven bits to a byte, least significant first, the high bit set in all bytes but the last;
 * {@link flotilla.balance.trace.StepFormat} has their order. A block is written as a whole, so a file ends where a job did. Work
 * is rounded to ns.
 *
 * <p>What was read is checked before it is believed: a damaged file gives a {@link flotilla.balance.BalanceException}, no array
 * is made that the file could not fill.
 */
package flotilla.balance.trace;
