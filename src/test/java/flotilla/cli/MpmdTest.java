package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class MpmdTest {
    @Test
    void aLoneColonSeparates() {
        assertThat(Mpmd.split(List.of("a", "x:y", ":", "b", ":", "c"))).containsExactly(List.of("a", "x:y"), List.of("b"), List.of("c"));
    }

    @Test
    void emptyPartsStay() {
        assertThat(Mpmd.split(List.of())).containsExactly(List.of());
        assertThat(Mpmd.split(List.of(":", "a", ":"))).containsExactly(List.of(), List.of("a"), List.of());
    }

    @Property
    void joiningThePartsGivesTheLineBack(@ForAll @Size(max = 20) List<@AlphaChars String> words) {
        var line = new ArrayList<>(words);
        for (int i = 2; i < line.size(); i += 3) {
            line.set(i, ":");
        }
        var joined = new ArrayList<String>();
        for (List<String> part : Mpmd.split(line)) {
            joined.add(":");
            joined.addAll(part);
        }
        joined.removeFirst();
        assertThat(joined).isEqualTo(line);
    }
}
