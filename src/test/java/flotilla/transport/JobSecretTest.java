package flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JobSecretTest {
    @Test
    void survivesItsText() {
        JobSecret secret = JobSecret.random();
        assertThat(JobSecret.parse(secret.text())).isEqualTo(secret);
        assertThat(JobSecret.random()).isNotEqualTo(secret);
        assertThat(secret.toString()).doesNotContain(secret.text());
    }

    @Test
    void whatIsNoneIsRefusedWithoutSayingIt() {
        for (String text : new String[] {"", "12", "zz".repeat(32), "ab".repeat(33)}) {
            assertThatThrownBy(() -> JobSecret.parse(text)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the secret of a job is 64 hexadecimal digits");
        }
    }

    @Test
    void aProofIsAboutAllOfIt() {
        JobSecret secret = JobSecret.random();
        byte[] random = JobSecret.randomBytes();
        byte[] proof = secret.proof("a", new int[] {1, 2}, random);
        assertThat(proof).hasSize(JobSecret.BYTES);
        assertThat(JobSecret.same(proof, secret.proof("a", new int[] {1, 2}, random))).isTrue();
        assertThat(JobSecret.same(proof, secret.proof("b", new int[] {1, 2}, random))).isFalse();
        assertThat(JobSecret.same(proof, secret.proof("a", new int[] {2, 1}, random))).isFalse();
        assertThat(JobSecret.same(proof, secret.proof("a", new int[] {1, 2}, JobSecret.randomBytes()))).isFalse();
        assertThat(JobSecret.same(proof, JobSecret.random().proof("a", new int[] {1, 2}, random))).isFalse();
    }
}
