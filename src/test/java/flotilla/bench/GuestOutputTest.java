package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class GuestOutputTest {
    @Test
    void samplesOfOneProcessAreOneReading() throws TrialException {
        assertThat(GuestOutput.parse("""
                warming up
                pingpong 8 0.250 us
                pingpong 8 0.270 us
                pingpong 16 1 us
                pingpong 8 0.900 us
                """)).containsExactly(new Reading("pingpong", 8, 0.27, "us"), new Reading("pingpong", 16, 1, "us"));
    }

    @Test
    void silenceIsAFailure() {
        assertThatThrownBy(() -> GuestOutput.parse("ring 0 fast ns\n")).isInstanceOf(TrialException.class);
    }
}
