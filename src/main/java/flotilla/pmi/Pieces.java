package flotilla.pmi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Values of any text and length, though a process manager's store takes a kilobyte or less without blanks, {@code =} and
 * {@code ;}. What stands under the key itself is {@code COUNT.TEXT}, further pieces stand under {@code KEY.1}, {@code KEY.2}...;
 * the text is Base64 in the alphabet for addresses (RFC 4648 section 5), without padding.
 */
final class Pieces {
    private static final int MOST_PIECES = 1 << 16;

    /** @param room characters that fit under one key */
    static List<String> cut(String value, int room) {
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        int piece = room - Integer.toString(MOST_PIECES).length() - 1;
        if (piece < 1) {
            throw new PmiException("the process manager stores values of " + room + " bytes, which is too little");
        }
        int count = Math.max(1, (text.length() + piece - 1) / piece);
        if (count > MOST_PIECES) {
            throw new IllegalArgumentException("a value of " + value.length() + " characters");
        }
        var pieces = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            String part = text.substring(i * piece, Math.min(text.length(), (i + 1) * piece));
            pieces.add(i == 0 ? count + "." + part : part);
        }
        return pieces;
    }

    /** The name of a node's own key, in a store that all nodes share. */
    static String key(String key, int node, int piece) {
        return key(key + "-" + node, piece);
    }

    private static String key(String key, int piece) {
        return piece == 0 ? key : key + "." + piece;
    }

    /**
     * Puts a value together again.
     *
     * @param store answers what stands under a key, or null
     * @return null when there is nothing
     */
    static String join(String name, int node, UnaryOperator<String> store) {
        String key = key(name, node, 0);
        String first = store.apply(key);
        if (first == null) {
            return null;
        }
        try {
            int dot = first.indexOf('.');
            int count = Integer.parseInt(first.substring(0, dot));
            if (count < 1 || count > MOST_PIECES) {
                throw damaged(key);
            }
            var text = new StringBuilder(first.substring(dot + 1));
            for (int i = 1; i < count; i++) {
                String next = store.apply(key(key, i));
                if (next == null) {
                    throw damaged(key);
                }
                text.append(next);
            }
            return new String(Base64.getUrlDecoder().decode(text.toString()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | IndexOutOfBoundsException notOurs) {
            throw damaged(key);
        }
    }

    private static PmiException damaged(String key) {
        return new PmiException("the process manager's store has something under " + key + " that no node of this job has put there");
    }

    private Pieces() {}
}
