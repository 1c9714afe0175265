package flotilla.elf.unwind;

import flotilla.elf.ElfException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks a stack from its innermost frame outwards: by call frame information where there is some, else by the frame
 * pointer, else by looking for a return address. Ends at the outermost frame, where it cannot go on, or at its limit; never
 * fails. Not thread-safe.
 */
public final class Unwinder {
    /** How a frame was found. */
    public enum Origin {
        /** The registers themselves. */
        START,
        CALL_FRAME_INFORMATION,
        FRAME_POINTER,
        /** Found by, or further out than, a word on the stack that looks like a return address: it may have returned long ago. */
        GUESS
    }

    /**
     * A frame.
     *
     * @param pc       where it goes on, or stopped
     * @param called   whether it is in the middle of a call, so that {@code pc} is behind the instruction of interest
     * @param registers its registers, as far as known
     */
    public record Frame(long pc, boolean called, Origin origin, Registers registers) {
        /** An address inside the instruction of interest. */
        public long instruction() {
            return called ? pc - 1 : pc;
        }
    }

    /** The frames, innermost first, and whether the walk stopped at its limit. */
    public record Stack(List<Frame> frames, boolean cut) {}

    /** Code in memory. */
    public interface Code {
        /** The call frame information for code at {@code pc}, and what to subtract from an address of it; or null. */
        Located find(long pc);

        /** Whether an instruction may stand at {@code pc}. */
        boolean isCode(long pc);

        /** The registers of the caller for code that has ways of its own to call; null for ordinary code. */
        default Registers caller(Registers registers) {
            return null;
        }
    }

    /** @param frames null when the image has no call frame information */
    public record Located(FrameTable frames, long bias) {}

    /** Words of the stack that are looked at for a return address. */
    private static final int SCANNED_WORDS = 512;

    private final Code code;
    private final PagedMemory memory;

    public Unwinder(Code code, PagedMemory memory) {
        this.code = code;
        this.memory = memory;
    }

    /** Walks from {@code start} on. */
    public Stack walk(Registers start, int limit) {
        var frames = new ArrayList<Frame>();
        var frame = new Frame(start.pc(), false, Origin.START, start);
        Set<Long> guessed = new HashSet<>();
        while (frame != null) {
            if (frames.size() == limit) {
                return new Stack(frames, true);
            }
            frames.add(frame);
            Frame outer = next(frame, guessed);
            frame = outer != null && frame.origin() == Origin.GUESS
                    ? new Frame(outer.pc(), outer.called(), Origin.GUESS, outer.registers()) : outer;
        }
        return new Stack(frames, false);
    }

    private Frame next(Frame frame, Set<Long> guessed) {
        Registers special = code.caller(frame.registers());
        if (special != null) {
            return special.pc() == 0 ? null : new Frame(special.pc(), true, Origin.CALL_FRAME_INFORMATION, special);
        }
        Located located = code.find(frame.instruction());
        FrameRules rules = null;
        if (located != null && located.frames() != null) {
            try {
                rules = located.frames().at(frame.instruction() - located.bias());
            } catch (ElfException e) {
                // Damaged: as if there was none.
            }
        }
        if (rules != null) {
            if (rules.isOutermost()) {
                return null;
            }
            try {
                Registers caller = rules.caller(frame.registers(), memory);
                // Outwards is upwards; a frame may be empty, as a leaf's that has pushed nothing is when it was interrupted.
                boolean progress = caller.sp() > frame.registers().sp() || rules.isSignalFrame();
                if (progress && caller.knows(Registers.RIP)) {
                    if (caller.pc() == 0) {
                        return null;
                    }
                    if (code.isCode(caller.pc() - 1) || rules.isSignalFrame()) {
                        return new Frame(caller.pc(), !rules.isSignalFrame(), Origin.CALL_FRAME_INFORMATION, caller);
                    }
                }
            } catch (UnreadableException | ElfException e) {
                // The stack is not what the rules expect.
            }
        } else if (frame.origin() == Origin.START && !code.isCode(frame.pc())) {
            // Jumped or called to a wild address: the return address of the call is the last thing on the stack.
            Frame caller = returnTo(frame.registers(), frame.registers().sp(), Origin.CALL_FRAME_INFORMATION);
            if (caller != null) {
                return caller;
            }
        }
        Frame caller = byFramePointer(frame);
        return caller != null ? caller : byScan(frame, guessed);
    }

    private Frame byFramePointer(Frame frame) {
        long sp = frame.registers().sp();
        long fp = frame.registers().get(Registers.RBP);
        if (Long.compareUnsigned(fp, sp) < 0 || (fp & 7) != 0 || Long.compareUnsigned(fp - sp, 1 << 20) > 0) {
            return null;
        }
        try {
            long outer = memory.readWord(fp);
            if (outer != 0 && Long.compareUnsigned(outer, fp) <= 0) {
                return null;
            }
            Frame caller = returnTo(frame.registers(), fp + 8, Origin.FRAME_POINTER);
            return caller == null ? null
                    : new Frame(caller.pc(), true, caller.origin(), caller.registers().with(Registers.RBP, outer));
        } catch (UnreadableException e) {
            return null;
        }
    }

    private Frame byScan(Frame frame, Set<Long> guessed) {
        long sp = frame.registers().sp() + 7 & -8;
        for (int i = 0; i < SCANNED_WORDS; i++) {
            long at = sp + 8L * i;
            if (!memory.isReadable(at)) {
                return null;
            }
            // The same word is not believed twice.
            if (guessed.add(at)) {
                Frame caller = returnTo(frame.registers(), at, Origin.GUESS);
                if (caller != null) {
                    return caller;
                }
            }
        }
        return null;
    }

    /** The frame to which the word at {@code at} returns; null when it is not the address behind a call. */
    private Frame returnTo(Registers registers, long at, Origin origin) {
        try {
            long pc = memory.readWord(at);
            if (!code.isCode(pc - 1) || !followsCall(pc)) {
                return null;
            }
            return new Frame(pc, true, origin, registers.with(Registers.RSP, at + 8).with(Registers.RIP, pc));
        } catch (UnreadableException e) {
            return null;
        }
    }

    /** Whether the bytes before {@code pc} are a call (Intel SDM volume 2, "CALL"): E8 with a distance, or FF /2. */
    private boolean followsCall(long pc) throws UnreadableException {
        if (memory.readByte(pc - 5) == 0xe8) {
            return true;
        }
        for (int length = 2; length <= 7; length++) {
            if (memory.readByte(pc - length) == 0xff && (memory.readByte(pc - length + 1) & 0x38) == 0x10) {
                return true;
            }
        }
        return false;
    }
}
