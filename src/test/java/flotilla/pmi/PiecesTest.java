package flotilla.pmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PiecesTest {
    private static Map<String, String> stored(String value, int room) {
        var store = new HashMap<String, String>();
        List<String> pieces = Pieces.cut(value, room);
        for (int i = 0; i < pieces.size(); i++) {
            store.put(Pieces.key("key", 1, i), pieces.get(i));
        }
        return store;
    }

    @Property(tries = 1000)
    void comesBackFromSmallStores(@ForAll @StringLength(max = 300) String value, @ForAll @IntRange(min = 7, max = 100) int room) {
        // What has no UTF-8 (half of a surrogate pair) can't be had back.
        String text = new String(value.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
        Map<String, String> store = stored(text, room);
        assertThat(store.values()).allMatch(piece -> piece.length() <= room && piece.matches("[A-Za-z0-9_.-]*"));
        assertThat(Pieces.join("key", 1, store::get)).isEqualTo(text);
    }

    @Test
    void nothingIsNothing() {
        assertThat(Pieces.join("key", 1, key -> null)).isNull();
        assertThatThrownBy(() -> Pieces.cut("x", 6)).isInstanceOf(PmiException.class);
    }

    @Test
    void missingPiecesAreNoticed() {
        Map<String, String> store = stored("a".repeat(100), 20);
        store.remove("key-1.2");
        assertThatThrownBy(() -> Pieces.join("key", 1, store::get)).isInstanceOf(PmiException.class).hasMessageContaining("key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", ".", "1", "-1.YQ", "0.YQ", "99999999999.YQ", "70000.YQ", "1.Y", "1.Y Q", "1.\u00e4"})
    void whatOthersHaveStoredIsRefused(String value) {
        assertThatThrownBy(() -> Pieces.join("key", 1, key -> value)).isInstanceOf(PmiException.class);
    }
}
