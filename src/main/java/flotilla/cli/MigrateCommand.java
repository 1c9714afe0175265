package flotilla.cli;

import com.google.gson.JsonObject;
import flotilla.control.ControlClient;
import flotilla.control.ControlException;
import flotilla.control.JobSocket;
import flotilla.node.balance.ByHand;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code flotilla migrate}: moves a rank of a running job to another of its nodes. Exit status 1 when the rank stays. */
@Command(
        name = "migrate",
        description = "Moves a rank of a running job to another of its nodes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class MigrateCommand implements Callable<Integer> {
    private static final int STAYS = 1;
    /** Longer than the job takes to say that a rank does not move. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final double MILLION = 1e6;

    @Parameters(index = "0", paramLabel = "JOB", description = "Number of any process of the job, as `flotilla ps` shows it.")
    private String job;

    @Parameters(index = "1", paramLabel = "RANK", description = "The rank, as of MPI_COMM_WORLD.")
    private String rank;

    @Parameters(index = "2", paramLabel = "NODE", description = "The node that it shall go to, from 0.")
    private String node;

    @Override
    public Integer call() throws Exception {
        var request = new JsonObject();
        request.addProperty(ByHand.RANK, number("RANK", rank));
        request.addProperty(ByHand.NODE, number("NODE", node));
        JobSocket socket = JobSocket.all().stream().filter(one -> Long.toString(one.pid()).equals(job)).findFirst()
                .orElseThrow(() -> BadInputException.noSuchJob("migrate", job));
        try {
            JsonObject answer = ControlClient.ask(socket, ByHand.NAME, request, PATIENCE);
            System.out.printf(Locale.ROOT, "rank %s has moved from node %d to node %s: %,d bytes, %.3f ms%n", rank, answer.get(ByHand.FROM).getAsInt(), node,
                    answer.get(ByHand.BYTES).getAsLong(), answer.get(ByHand.NANOS).getAsLong() / MILLION);
            return 0;
        } catch (ControlException reason) {
            System.err.println("flotilla: migrate: " + reason.getMessage());
            return STAYS;
        } catch (IOException silent) {
            throw new BadInputException("migrate: job " + job + (socket.isAlive() ? " does not answer: " + silent.getMessage() : " has ended"));
        }
    }

    private static int number(String name, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new BadInputException("migrate: " + name + " " + text + " is no number; write `flotilla migrate JOB RANK NODE`, as in `flotilla migrate 4711 3 1`");
        }
        return Integer.parseInt(text);
    }
}
