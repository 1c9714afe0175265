package flotilla.pmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PMI-2: its messages, and the client against a server that says what Slurm's says. */
final class Pmi2Test {
    /** Answers as Slurm's plugin mpi/pmi2 does. */
    private static final class Slurm {
        final PipedOutputStream fromClient = new PipedOutputStream();
        final PipedInputStream toClient = new PipedInputStream(1 << 16);
        final List<String> commands = new CopyOnWriteArrayList<>();
        final Map<String, String> store = new HashMap<>();
        final Map<String, String> instead = new HashMap<>();
        private final PipedInputStream input = new PipedInputStream(fromClient, 1 << 16);
        private final PipedOutputStream output = new PipedOutputStream(toClient);

        Slurm() throws IOException {
            Thread.ofPlatform().daemon().start(this::serve);
        }

        private void serve() {
            try (output) {
                PmiMessage init = PmiMessage.read(input);
                commands.add(init.command() + " " + init.value("pmi_version"));
                output.write("cmd=response_to_init pmi_version=2 pmi_subversion=0 rc=0\n".getBytes());
                for (Pmi2Message message = Pmi2Message.read(input); message != null; message = Pmi2Message.read(input)) {
                    commands.add(message.command());
                    String answer = instead.containsKey(message.command()) ? instead.get(message.command()) : answer(message);
                    if (answer == null) {
                        return;
                    }
                    output.write(("%6d".formatted(answer.length()) + answer).getBytes(StandardCharsets.US_ASCII));
                    output.flush();
                }
            } catch (IOException e) {
                // The client is gone.
            }
        }

        private String answer(Pmi2Message message) {
            String head = "cmd=" + message.command() + "-response;";
            return head + switch (message.command()) {
                case "fullinit" -> "rc=0;pmi-version=2;pmi-subversion=0;rank=" + message.value("pmirank") + ";size=4;appnum=-1;";
                case "job-getid" -> "rc=0;jobid=77.0;";
                case "kvs-put" -> {
                    assertThat(message.value("value").length()).isLessThan(1024);
                    store.put(message.value("key"), message.value("value"));
                    yield "rc=0;";
                }
                case "kvs-get" -> {
                    assertThat(message.value("jobid")).isEqualTo("77.0");
                    String value = store.get(message.value("key"));
                    yield value == null ? "rc=0;found=FALSE;" : "rc=0;found=TRUE;value=" + value + ";";
                }
                default -> "rc=0;";
            };
        }

        Pmi2 join(String job) {
            return Pmi2.join(toClient, fromClient, () -> { }, 3, job);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void joinsStoresAndLeaves(boolean jobKnown) throws IOException {
        var slurm = new Slurm();
        Pmi2 manager = slurm.join(jobKnown ? "77.0" : null);
        assertThat(manager.node()).isEqualTo(3);
        assertThat(manager.nodes()).isEqualTo(4);
        String value = "card; with = everything\n".repeat(200);
        manager.put("card", value);
        manager.barrier();
        assertThat(manager.get(3, "card")).isEqualTo(value);
        assertThat(manager.get(0, "card")).isNull();
        manager.close();
        assertThat(slurm.commands).startsWith("init 2", "fullinit").contains("kvs-put", "kvs-fence", "kvs-get").endsWith("finalize");
    }

    @Test
    void lossAndRefusalAreNoticed() throws Exception {
        var slurm = new Slurm();
        slurm.instead.put("kvs-put", "cmd=kvs-put-response;rc=1;errmsg=no room;");
        slurm.instead.put("kvs-fence", null);
        Pmi2 manager = slurm.join("77.0");
        var lost = new CompletableFuture<String>();
        manager.listen(new ProcessManager.Listener() {
            @Override
            public void lost() {
                lost.complete("lost");
            }

            @Override
            public void end(int status) {
                lost.complete("end");
            }

            @Override
            public void report() {
                lost.complete("report");
            }
        });
        assertThatThrownBy(() -> manager.put("a", "b")).isInstanceOf(PmiException.class).hasMessageContaining("no room");
        assertThatThrownBy(manager::barrier).isInstanceOf(PmiException.class);
        assertThat(lost.get(20, TimeUnit.SECONDS)).isEqualTo("lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmd=fullinit-response;rc=0;size=4;", "cmd=fullinit-response;rc=0;rank=4;size=4;", "cmd=finalize-response;rc=0;", "hello", ";;;;", "cmd=;"})
    void refusesServersThatAreNone(String answer) throws IOException {
        var slurm = new Slurm();
        slurm.instead.put("fullinit", answer);
        assertThatThrownBy(() -> slurm.join("77.0")).isInstanceOf(PmiException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"      cmd=x;", "12345xcmd=x;", "-00001c", "abcdef"})
    void refusesLengthsThatAreNone(String bytes) {
        assertThatThrownBy(() -> Pmi2Message.read(new ByteArrayInputStream(bytes.getBytes()))).isInstanceOf(PmiException.class);
    }

    @Property(tries = 2000)
    void isReadAsItWasWritten(@ForAll("texts") String value) throws IOException {
        var message = Pmi2Message.of("kvs-put", "key", "a.1", "value", value, "more", "x");
        assertThat(Pmi2Message.read(new ByteArrayInputStream(message.bytes()))).isEqualTo(message);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withCharRange(' ', '~').withChars(';').ofMaxLength(100);
    }

    @Property(tries = 5000)
    void garbageIsRefused(@ForAll byte[] bytes) {
        try {
            assertThat(Pmi2Message.parse(bytes).command()).isNotEmpty();
        } catch (PmiException refused) {
            assertThat(refused.getMessage()).doesNotContain("\n");
        }
    }

    @Property(tries = 3000)
    void damagedMessagesAreRefusedOrRead(@ForAll("damaged") String text) {
        try {
            Pmi2Message.parse(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (PmiException refused) {
            assertThat(refused.getMessage()).doesNotContain("\n");
        }
    }

    @Provide
    Arbitrary<String> damaged() {
        return Arbitraries.of("cmd", "=", ";", ";;", "kvs-get-response", "rc", "0", "value", "\n", "\0", "cmd=").list().ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
    }
}
