package flotilla.pmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a server that says what Hydra says, or what it should not. */
final class Pmi1Test {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    /** As Hydra answers on PMI_PORT. */
    private static final class Hydra implements Function<String, String> {
        private final Map<String, String> store = new HashMap<>();
        /** What is answered to some commands instead. */
        final Map<String, String> instead = new LinkedHashMap<>();

        @Override
        public String apply(String line) {
            PmiMessage message = PmiMessage.parse(line.getBytes(), line.length());
            if (instead.containsKey(message.command())) {
                return instead.get(message.command());
            }
            return switch (message.command()) {
                case "initack" -> "cmd=initack\ncmd=set size=3\ncmd=set rank=2\ncmd=set debug=0\n";
                case "init" -> "cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0\n";
                case "get_maxes" -> "cmd=maxes kvsname_max=256 keylen_max=64 vallen_max=64\n";
                case "get_appnum" -> "cmd=appnum appnum=0\n";
                case "get_my_kvsname" -> "cmd=my_kvsname kvsname=kvs_1_2\n";
                case "put" -> {
                    assertThat(message.value("kvsname")).isEqualTo("kvs_1_2");
                    assertThat(message.value("value").length()).isLessThan(64);
                    store.put(message.value("key"), message.value("value"));
                    yield "cmd=put_result rc=0 msg=success\n";
                }
                case "get" -> store.containsKey(message.value("key")) ? "cmd=get_result rc=0 msg=success value=" + store.get(message.value("key")) + "\n"
                        : "cmd=get_result rc=-1 msg=key_not_found value=unknown\n";
                case "barrier_in" -> "cmd=barrier_out\n";
                case "finalize" -> "cmd=finalize_ack\n";
                default -> "";
            };
        }
    }

    private final Hydra hydra = new Hydra();

    private ProcessManager join(ScriptedServer server, String... more) {
        var environment = new HashMap<>(Map.of("PMI_PORT", server.port(), "PMI_ID", "7"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return ProcessManagers.join(environment, "here", 4711);
    }

    @Test
    void joinsStoresAndLeaves() throws IOException {
        try (var server = new ScriptedServer(hydra)) {
            ProcessManager manager = join(server);
            assertThat(manager.node()).isEqualTo(2);
            assertThat(manager.nodes()).isEqualTo(3);
            String value = "tcp;1=2 \u00e4\n".repeat(50);
            manager.put("card", value);
            manager.barrier();
            assertThat(manager.get(2, "card")).isEqualTo(value);
            assertThat(manager.get(1, "card")).isNull();
            manager.close();
            assertThat(server.lines.getFirst()).isEqualTo("cmd=initack pmiid=7");
            assertThat(server.lines.getLast()).isEqualTo("cmd=finalize");
        }
    }

    @Test
    void abortHasTheStatus() throws IOException {
        try (var server = new ScriptedServer(hydra)) {
            join(server).abort(17, "rank 3 has had enough");
            for (int i = 0; i < 500 && !server.lines.getLast().startsWith("cmd=abort"); i++) {
                sleep();
            }
            assertThat(server.lines.getLast()).isEqualTo("cmd=abort exitcode=17");
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Heard(CompletableFuture<String> first) implements ProcessManager.Listener {
        Heard() {
            this(new CompletableFuture<>());
        }

        @Override
        public void lost() {
            first.complete("lost");
        }

        @Override
        public void end(int status) {
            first.complete("end " + status);
        }

        @Override
        public void report() {
            first.complete("report");
        }

        String await() throws Exception {
            return first.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void hearsWhatIsSaidUnasked() throws Exception {
        try (var server = new ScriptedServer(hydra)) {
            ProcessManager manager = join(server);
            var heard = new Heard();
            manager.listen(heard);
            server.say("cmd=flotilla_report\n");
            assertThat(heard.await()).isEqualTo("report");
            manager.barrier();
            var end = new Heard();
            manager.listen(end);
            server.say("cmd=flotilla_end status=143\n");
            assertThat(end.await()).isEqualTo("end 143");
        }
    }

    @Test
    void noticesThatTheServerHasGone() throws Exception {
        var server = new ScriptedServer(hydra);
        ProcessManager manager = join(server);
        var heard = new Heard();
        manager.listen(heard);
        server.close();
        assertThat(heard.await()).isEqualTo("lost");
        assertThatThrownBy(manager::barrier).isInstanceOf(PmiException.class);
        assertThatThrownBy(() -> manager.put("a", "b")).isInstanceOf(PmiException.class);
        var late = new Heard();
        manager.listen(late);
        assertThat(late.await()).isEqualTo("lost");
        manager.close();
    }

    @Test
    void barrierEndsWhenTheServerGoes() throws Exception {
        hydra.instead.put("barrier_in", null);
        try (var server = new ScriptedServer(hydra)) {
            assertThatThrownBy(join(server)::barrier).isInstanceOf(PmiException.class).hasMessageContaining("gone");
        }
    }

    @Test
    void leavingIsNoLoss() throws Exception {
        var heard = new Heard();
        try (var server = new ScriptedServer(hydra)) {
            ProcessManager manager = join(server);
            manager.listen(heard);
            manager.close();
        }
        Thread.sleep(100);
        assertThat(heard.first).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "init|cmd=response_to_init rc=-1\n|refuses", "init|cmd=barrier_out\n|response_to_init", "init|HTTP/1.1 400 Bad Request\n|PMI-1",
        "get_maxes|cmd=maxes\n|vallen_max", "get_maxes|cmd=maxes vallen_max=9999999999\n|vallen_max",
        "initack|cmd=initack\ncmd=set size=2\ncmd=set rank=2\ncmd=set debug=0\n|which node", "initack|cmd=set\n|initack",
        "initack|\0\0\0\n|PMI-1", "get_my_kvsname|cmd=my_kvsname\n|which node"
    })
    void refusesServersThatAreNone(String script) throws IOException {
        String[] parts = script.split("\\|");
        hydra.instead.put(parts[0], parts[1]);
        try (var server = new ScriptedServer(hydra)) {
            assertThatThrownBy(() -> join(server)).isInstanceOf(PmiException.class).hasMessageContaining(parts[2]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "get_maxes", "initack", "get_my_kvsname"})
    void hangingUpIsNoticed(String when) throws IOException {
        hydra.instead.put(when, null);
        try (var server = new ScriptedServer(hydra)) {
            assertThatThrownBy(() -> join(server)).isInstanceOf(PmiException.class).hasMessageContaining("gone");
        }
    }

    @Test
    void refusesALauncherThatDoesNotKnowTheSecret() throws IOException {
        try (var server = new ScriptedServer(hydra)) {
            assertThatThrownBy(() -> join(server, "FLOTILLA_JOB_SECRET", SECRET)).isInstanceOf(PmiException.class).hasMessageContaining("secret");
        }
        hydra.instead.put("initack", "cmd=challenge nonce=00\n");
        hydra.instead.put("proof", "cmd=initack rc=0 answer=" + "0".repeat(64) + "\n");
        try (var server = new ScriptedServer(hydra)) {
            assertThatThrownBy(() -> join(server, "FLOTILLA_JOB_SECRET", SECRET)).isInstanceOf(PmiException.class).hasMessageContaining("secret");
            assertThat(server.lines).noneMatch(line -> line.contains(SECRET));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "PMI_FD=x", "PMI_FD=-1 PMI_RANK=0 PMI_SIZE=1", "PMI_FD=987654 PMI_RANK=0 PMI_SIZE=1", "PMI_PORT=here PMI_ID=0", "PMI_PORT=here:0 PMI_ID=0",
        "PMI_PORT=:1 PMI_ID=0", "PMI_PORT=127.0.0.1:1 PMI_ID=0", "X=1"
    })
    void refusesEnvironmentsOfNoUse(String variables) {
        var environment = new HashMap<String, String>();
        for (String variable : variables.split(" ")) {
            environment.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
        }
        assertThatThrownBy(() -> ProcessManagers.join(environment, "here", 1)).isInstanceOf(PmiException.class)
                .hasMessageContaining("PMI_");
    }
}
