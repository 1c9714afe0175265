package flotilla.mpi.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.StandardAbi;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The queues pair messages with receives exactly as two plain lists, searched from their old end, do. */
class MatchingOrderTest {
    /** One step: a message arrives or a receive is posted; small ranges make collisions likely. */
    record Step(boolean message, long context, int source, int tag, boolean withdraw) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> source = Arbitraries.integers().between(-1, 3);
        Arbitrary<Integer> tag = Arbitraries.integers().between(-1, 3);
        return Combinators.combine(Arbitraries.of(true, false), Arbitraries.integers().between(1, 2), source, tag,
                        Arbitraries.of(false, false, false, true))
                .as(Step::new).list().ofMaxSize(400);
    }

    private static boolean matches(ReceiveRequest receive, Message message) {
        return receive.context == message.context
                && (receive.fromSource == StandardAbi.ANY_SOURCE || receive.fromSource == message.source)
                && (receive.withTag == StandardAbi.ANY_TAG || receive.withTag == message.tag);
    }

    @Property(tries = 500)
    void pairsLikeTwoLists(@ForAll("steps") List<Step> steps) {
        var queues = new MatchQueues();
        List<ReceiveRequest> posted = new ArrayList<>();
        List<Message> unexpected = new ArrayList<>();
        for (Step step : steps) {
            if (step.withdraw() && !posted.isEmpty()) {
                ReceiveRequest receive = posted.remove(posted.size() / 2);
                queues.withdraw(receive);
            }
            if (step.message()) {
                var message = new Message(0, 0);
                message.context = step.context();
                message.source = Math.max(step.source(), 0);
                message.tag = Math.max(step.tag(), 0);
                ReceiveRequest expected = posted.stream().filter(r -> matches(r, message)).findFirst().orElse(null);
                ReceiveRequest found = queues.takePosted(message.context, message.source, message.tag);
                assertThat(found).isSameAs(expected);
                if (found == null) {
                    queues.keep(message);
                    unexpected.add(message);
                } else if (step.withdraw()) {
                    queues.postAgain(found);
                } else {
                    posted.remove(found);
                }
            } else {
                var receive = new ReceiveRequest();
                receive.context = step.context();
                receive.fromSource = step.source() < 0 ? StandardAbi.ANY_SOURCE : step.source();
                receive.withTag = step.tag() < 0 ? StandardAbi.ANY_TAG : step.tag();
                Message expected = unexpected.stream().filter(m -> matches(receive, m)).findFirst().orElse(null);
                Message found = queues.find(receive.context, receive.fromSource, receive.withTag);
                assertThat(found).isSameAs(expected);
                if (found == null) {
                    queues.post(receive);
                    posted.add(receive);
                } else {
                    queues.remove(found);
                    unexpected.remove(found);
                }
            }
            assertThat(queues.unexpectedCount()).isEqualTo(unexpected.size());
        }
    }
}
