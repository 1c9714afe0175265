package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlotBasesTest {
    @Test
    void anOffsetLeadsToItsSideOfTheSlots() {
        SlotBases bases = SlotBases.of(0x10_0000, 0x900_0000);
        assertThat(bases.absolute(0x40)).isEqualTo(0x10_0040);
        assertThat(bases.absolute(SlotBases.SHARED + 0x40)).isEqualTo(0x900_0040);
    }

    @Test
    void anOffsetThatLeadsNowhereIsTheDamagedFilesFault() {
        assertThatThrownBy(() -> SlotBases.alone(0x10_0000).absolute(SlotBases.ELSEWHERE + 5)).isInstanceOf(LoadException.class);
        var none = new LoadedElsewhere(List.of(), new long[0]);
        assertThatThrownBy(() -> SlotBases.of(0x10_0000, none).absolute(Long.MAX_VALUE)).isInstanceOf(LoadException.class);
    }
}
