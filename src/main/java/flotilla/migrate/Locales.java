package flotilla.migrate;

import flotilla.abi.ControlBlock;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * The host's data behind a rank's locale objects and descriptors of wide characters (guest/libc/locale_object.c, wide_classes.c),
 * which is elsewhere in every process. The host's objects are made once for each name and kept: a thread may have one in force
 * after the rank has gone.
 */
final class Locales {
    // struct own_locale, which begins with struct __locale_struct of <bits/types/__locale_t.h>.
    private static final int CATEGORIES = 13;
    private static final int LC_ALL = 6;
    private static final int DATA_BYTES = 8 * CATEGORIES;
    private static final int NAMES = 128;
    private static final int HOST = 232;
    private static final int NEXT = 240;
    private static final int BORROWED = 248;

    // struct block, and struct descriptor, of which it has so many behind its first word.
    private static final int DESCRIPTORS = 32;
    private static final int PROPERTY = 8;
    private static final int LOCALE = 16;
    private static final int IS_MAPPING = 24;
    private static final int DESCRIPTOR_BYTES = 32;

    /** LC_ALL_MASK of <locale.h>. */
    private static final int ALL = 0x1fbf;
    private static final String[] CATEGORY_NAMES = {"LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY",
            "LC_MESSAGES", "LC_ALL",
        "LC_PAPER", "LC_NAME", "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION"};

    private static final NativeFunction NEWLOCALE = NativeFunction.ofLibc("newlocale");
    private static final NativeFunction WCTYPE = NativeFunction.ofLibc("wctype_l");
    private static final NativeFunction WCTRANS = NativeFunction.ofLibc("wctrans_l");
    private static final Map<String, Long> MADE = new ConcurrentHashMap<>();

    /**
     * Gives a rank that has arrived this process's.
     *
     * @throws MoveException when this system has no such locale
     */
    static void restore(RankImages images) {
        long list = images.slotBase() + images.program().symbol("flotilla_locales");
        long inForce = Memory.getLong(images.mainControl() + ControlBlock.STATE_LOCALE);
        for (long object = Memory.getLong(list); object != 0; object = Memory.getLong(object + NEXT)) {
            long before = Memory.getLong(object + HOST);
            if (before == 0) {
                continue; // nobody has asked for "C" yet
            }
            long host = host(object);
            Memory.copy(host, object, DATA_BYTES);
            Memory.putLong(object + HOST, host);
            Memory.putLong(object + BORROWED, 1);
            if (before == inForce) {
                Memory.putLong(images.mainControl() + ControlBlock.STATE_LOCALE, host);
            }
        }
        descriptors(images, entry -> {
            NativeFunction function = Memory.getLong(entry + IS_MAPPING) != 0 ? WCTRANS : WCTYPE;
            String name = Memory.getString(Memory.getLong(entry + LOCALE));
            Memory.putLong(entry, function.call(Memory.getLong(entry + PROPERTY), made(name)));
        });
    }

    private static void descriptors(RankImages images, LongConsumer consumer) {
        for (long block = Memory.getLong(images.slotBase() + images.program().symbol("flotilla_wide_descriptors")); block != 0;
                block = Memory.getLong(block)) {
            for (int i = 0; i < DESCRIPTORS; i++) {
                long entry = block + Long.BYTES + (long) i * DESCRIPTOR_BYTES;
                if (Memory.getLong(entry) != 0) {
                    consumer.accept(entry);
                }
            }
        }
    }

    /** Whether {@link #restore} writes to an address. */
    static boolean restores(RankImages images, long address) {
        long control = images.mainControl();
        if (address == control + ControlBlock.STATE_LOCALE) {
            return true;
        }
        long list = images.slotBase() + images.program().symbol("flotilla_locales");
        for (long object = Memory.getLong(list); object != 0; object = Memory.getLong(object + NEXT)) {
            if (address >= object && address < object + DATA_BYTES || address == object + HOST) {
                return true;
            }
        }
        var found = new boolean[1];
        descriptors(images, entry -> found[0] |= entry == address);
        return found[0];
    }

    private static long host(long object) {
        var name = new StringBuilder();
        for (int category = 0; category < CATEGORIES; category++) {
            if (category != LC_ALL) {
                name.append(name.isEmpty() ? "" : ";").append(CATEGORY_NAMES[category]).append('=')
                        .append(Memory.getString(Memory.getLong(object + NAMES + 8L * category)));
            }
        }
        return made(name.toString());
    }

    private static long made(String name) {
        return MADE.computeIfAbsent(name, key -> {
            try (var arena = Arena.ofConfined()) {
                long made = NEWLOCALE.call(ALL, arena.allocateFrom(key).address(), 0);
                if (made == 0) {
                    throw new MoveException("this system has not its locale " + key);
                }
                return made;
            }
        });
    }

    private Locales() {}
}
