package flotilla.trap;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import flotilla.memory.SlotRange;

/**
 * What a debugger of this process is told (guest/host/debugger.c). Any thread; needs {@link flotilla.memory.HostLibrary#load}. Costs a run without
 * a debugger one downcall per rank.
 */
public final class Debugger {
    // struct flotilla_debug.
    private static final int SLOTS_BASE = 0;
    private static final int SLOT_SIZE = 8;
    private static final int SLOT_COUNT = 16;
    private static final int RANKS = 24;
    private static final int STATES = 32;
    private static final int STATE_STRIDE = 40;
    private static final int CONTROLS = 48;
    private static final int STAY = 56;
    /** In a struct r_debug. */
    private static final int R_MAP = 8;
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000;

    private final NativeFunction showImages = Guest.function("flotilla_show_images");
    private final NativeFunction hideImages = Guest.function("flotilla_hide_images");
    private final NativeFunction imagesChanged = Guest.function("flotilla_images_changed");
    private final NativeFunction ranksLoaded = Guest.function("flotilla_ranks_loaded");
    private final long job = Guest.variable("flotilla_debug");
    private final NativeFunction isTraced = Guest.function("flotilla_is_traced");
    private final boolean there = isTraced();
    private volatile long lookedAt;

    public Debugger() {
        Memory.putInt(job + STAY, there ? 1 : 0);
    }

    /** Whether the process was started by a debugger. */
    public boolean isThere() {
        return there;
    }

    private boolean isTraced() {
        return isTraced.call() != 0;
    }

    /**
     * Says where the ranks are, and their states as {@link flotilla.schedule.Schedule#states} has them, {@code stateStride} bytes apart.
     *
     * @param controls the address of each rank's control block, by rank; stays as long as the process
     */
    public void describe(SlotRange slots, int ranks, long controls, long states, long stateStride) {
        Memory.putLong(job + SLOTS_BASE, slots.base());
        Memory.putLong(job + SLOT_SIZE, slots.slotSize());
        Memory.putLong(job + SLOT_COUNT, slots.count());
        Memory.putLong(job + RANKS, ranks);
        Memory.putLong(job + STATES, states);
        Memory.putLong(job + STATE_STRIDE, stateStride / Integer.BYTES);
        Memory.putLong(job + CONTROLS, controls);
    }

    /** A debugger wants ranks to stay on their threads, so that it can step them. One that went away wants nothing. */
    public boolean wantsRanksToStay() {
        if (Memory.getInt(job + STAY) == 0) {
            return false;
        }
        long now = System.nanoTime();
        if (now - lookedAt > LOOK_AGAIN_NANOS) {
            lookedAt = now;
            if (!isTraced()) {
                Memory.putInt(job + STAY, 0);
            }
        }
        return true;
    }

    /** Shows a chain of images: see {@link flotilla.image.RankImages#chains}. */
    public void showImages(long control, long firstImage) {
        Memory.putLong(control + ControlBlock.DEBUG_NODE + R_MAP, firstImage);
        showImages.call(control);
    }

    /** Shows a chain of images no longer: before its memory goes. */
    public void hideImages(long control, long firstImage) {
        hideImages.call(control);
    }

    /** The chains of some rank have changed: has the debugger look, if there is one. */
    public void imagesChanged() {
        imagesChanged.call();
    }

    /** All ranks' images are shown and no rank has begun: the moment for breakpoints. */
    public void ranksLoaded() {
        imagesChanged.call();
        ranksLoaded.call();
    }
}
