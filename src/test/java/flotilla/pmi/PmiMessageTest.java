package flotilla.pmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PmiMessageTest {
    private static PmiMessage parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        return PmiMessage.parse(bytes, bytes.length);
    }

    @Test
    void readsWhatHydraWrites() {
        assertThat(parse("cmd=maxes kvsname_max=256 keylen_max=64 vallen_max=1024").number("vallen_max")).isEqualTo(1024);
        assertThat(parse("cmd=get_result rc=0 msg=success value=(vector,(0,1,1))"))
                .isEqualTo(PmiMessage.of("get_result", "rc", 0, "msg", "success", "value", "(vector,(0,1,1))"));
        assertThat(parse("cmd=barrier_out").values()).isEmpty();
    }

    @Test
    void valuesMayHaveEqualsSignsAndSentences() {
        assertThat(parse("cmd=put_result rc=-1 msg=no such key here x=a=b"))
                .isEqualTo(new PmiMessage("put_result", Map.of("rc", "-1", "msg", "no such key here", "x", "a=b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "hello", "key=value", "cmd=", "=cmd", "cmd", "word cmd=init", "cmd=init\tx=1", "cmd=ini\0t", "cmd=i\u00e4"})
    void refusesWhatIsNoPmi(String line) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(PmiException.class).hasMessageContaining("PMI-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmd=set", "cmd=set size=", "cmd=set size=-1", "cmd=set size=99999999999", "cmd=set size=two"})
    void refusesWhatIsNoNumber(String line) {
        assertThatThrownBy(() -> parse(line).number("size")).isInstanceOf(PmiException.class).hasMessageContaining("size");
    }

    @Test
    void refusesALineWithoutEnd() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'a';
            }
        };
        assertThatThrownBy(() -> PmiMessage.read(endless, 1000)).isInstanceOf(PmiException.class).hasMessageContaining("1000");
    }

    @Property(tries = 2000)
    void isReadAsItWasWritten(@ForAll("words") String command, @ForAll("words") String key, @ForAll("words") String value) throws IOException {
        var message = PmiMessage.of(command, key.equals("cmd") ? "key" : key, value);
        assertThat(PmiMessage.read(new ByteArrayInputStream(message.bytes()))).isEqualTo(message);
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().withCharRange('!', '<').withCharRange('>', '~').ofMinLength(1).ofMaxLength(40);
    }

    /** Whatever comes, it is a message or it is refused. */
    @Property(tries = 5000)
    void garbageIsRefused(@ForAll byte[] bytes) {
        try {
            assertThat(PmiMessage.parse(bytes, bytes.length).command()).isNotEmpty();
        } catch (PmiException refused) {
            assertThat(refused).hasMessageContaining("PMI-1");
        }
    }

    @Property(tries = 3000)
    void damagedLinesAreRefusedOrRead(@ForAll("damaged") String line) {
        try {
            parse(line);
        } catch (PmiException refused) {
            assertThat(refused.getMessage()).doesNotContain("\n");
        }
    }

    @Provide
    Arbitrary<String> damaged() {
        Arbitrary<String> piece = Arbitraries.of("cmd", "=", " ", "get_result", "rc", "0", "value", "msg", "\0", "x", "==", "  ", "cmd=");
        return piece.list().ofMaxSize(12).map(pieces -> String.join("", pieces));
    }
}
