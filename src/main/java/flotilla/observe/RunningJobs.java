package flotilla.observe;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import flotilla.control.ControlClient;
import flotilla.control.ControlException;
import flotilla.control.JobSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The jobs of this user on this machine, asked from outside. */
public final class RunningJobs {
    /** A job that is overloaded answers late; one that is stopped never does. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * A job that was found.
     *
     * @param summary null when it does not answer
     * @param silence why it does not, in a word or two; null when it does
     */
    public record Found(JobSocket socket, JobSummary summary, String silence) {
        private boolean isOfJob(Found other) {
            return summary != null && other.summary != null && summary.sharesJob(other.summary);
        }
    }

    /**
     * Those that run, in the order of their numbers. What killed ones have left is removed.
     *
     * @throws ControlException when a folder of sockets is not to be trusted
     */
    public static List<Found> find() throws IOException, ControlException {
        var found = new ArrayList<Found>();
        for (JobSocket socket : JobSocket.all()) {
            if (socket.isStopped()) {
                found.add(new Found(socket, null, "stopped"));
                continue;
            }
            try {
                found.add(new Found(socket, ask(socket, JobWatch.SUMMARY, JobSummary.class), null));
            } catch (ControlException refused) {
                found.add(new Found(socket, null, "in trouble"));
            } catch (IOException silent) {
                // It may also be one of another container, which answers though its process is not seen from here.
                if (!socket.isAlive()) {
                    socket.remove();
                } else {
                    found.add(new Found(socket, null, "no answer"));
                }
            }
        }
        return found;
    }

    /** Those of the found ones that are nodes of the same job as {@code one}, in the order of their numbers; none when that is silent. */
    public static List<JobSocket> nodes(Found one, List<Found> found) {
        return found.stream().filter(one::isOfJob).sorted(Comparator.comparingInt(other -> other.summary().node())).map(Found::socket).toList();
    }

    /**
     * A sample of a job.
     *
     * @param nodes of it, in the order of their numbers
     * @throws IOException when one of them has ended, or does not answer
     */
    public static JobSample sample(List<JobSocket> nodes) throws IOException, ControlException {
        var samples = new ArrayList<JobSample>();
        for (JobSocket node : nodes) {
            samples.add(ask(node, JobWatch.SAMPLE, JobSample.class));
        }
        return JobSample.together(samples);
    }

    private static <T> T ask(JobSocket socket, String name, Class<T> as) throws IOException, ControlException {
        JsonObject answer = ControlClient.ask(socket, name, new JsonObject(), PATIENCE);
        try {
            return new Gson().fromJson(answer, as);
        } catch (RuntimeException other) {
            // Malformed for these records, or refused by their own checks.
            throw new IOException("process " + socket.pid() + " answers as another version of Flotilla does", other);
        }
    }

    private RunningJobs() {}
}
