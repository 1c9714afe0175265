package flotilla.fault;

import flotilla.elf.unwind.Registers;

/**
 * How a rank stands.
 *
 * @param signal  what stopped it
 * @param code    {@code si_code}
 * @param address {@code si_addr}
 * @param flags   the processor's flags
 */
record StopState(Registers registers, long flags, int signal, int code, long address) {}
