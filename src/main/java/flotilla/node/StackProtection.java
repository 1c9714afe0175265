package flotilla.node;

import flotilla.trap.Guest;

/**
 * The words of a thread that compiled code and libc check the stack and saved registers with (psABI x86-64, fs:0x28 and fs:0x30): the
 * same in every node, or a rank that moved would die at its first return from a protected function.
 *
 * @param canary       of the stack protector
 * @param pointerGuard that libc mangles addresses with
 */
record StackProtection(long canary, long pointerGuard) {
    /** Node 0's. */
    static StackProtection agree(Membership membership) {
        var own = new StackProtection(Guest.readFs(0x28), Guest.readFs(0x30));
        if (membership.isAlone()) {
            return own;
        }
        String[] words = membership.exchange("protection", Long.toHexString(own.canary) + " " + Long.toHexString(own.pointerGuard)).getFirst().split(" ");
        return new StackProtection(Long.parseUnsignedLong(words[0], 16), Long.parseUnsignedLong(words[1], 16));
    }
}
