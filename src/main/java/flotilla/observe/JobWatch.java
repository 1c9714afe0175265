package flotilla.observe;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import flotilla.control.ControlServer;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.schedule.Pe;
import flotilla.schedule.RankThread;
import flotilla.schedule.Schedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Answers `flotilla ps` and `flotilla top` in the job. Times of ranks and PEs are taken only while somebody looks, and for some
 * seconds after.
 */
public final class JobWatch {
    /** Names of what a job is asked. */
    static final String SUMMARY = "summary";
    static final String SAMPLE = "sample";

    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final World world;
    private final Schedule schedule;
    private final List<JobSummary.Program> programs;
    private final int node;
    private final List<Long> processes;
    private final BooleanSupplier ending;
    private final long begun = ProcessHandle.current().info().startInstant().map(Instant::toEpochMilli).orElseGet(System::currentTimeMillis);
    private final Gson gson = new Gson();
    private volatile long lastLook;

    /**
     * @param node   this process's number in the job
     * @param processes of the job, by node
     * @param ending whether the job is about to end before its ranks have
     */
    public JobWatch(World world, Schedule schedule, List<JobSummary.Program> programs, int node, List<Long> processes, BooleanSupplier ending) {
        this.world = world;
        this.schedule = schedule;
        this.programs = programs;
        this.node = node;
        this.processes = processes;
        this.ending = ending;
    }

    /** For the job's {@link ControlServer}. */
    public Map<String, ControlServer.Handler> handlers() {
        return Map.of(SUMMARY, request -> json(summary(states())), SAMPLE, request -> json(sample()));
    }

    private JsonObject json(Object answer) {
        return gson.toJsonTree(answer).getAsJsonObject();
    }

    private String states() {
        var states = new StringBuilder(world.size());
        for (int i = 0; i < world.size(); i++) {
            RankThread thread = schedule.thread(i);
            states.append(thread == null ? JobSample.ELSEWHERE : switch (thread.state()) {
                case "running" -> JobSample.RUNNING;
                case "ready" -> JobSample.READY;
                case "threaded" -> JobSample.THREADED;
                case "ended" -> JobSample.ENDED;
                default -> JobSample.WAITING;
            });
        }
        return states.toString();
    }

    private JobSummary summary(String states) {
        boolean waits = states.chars().allMatch(state -> state == JobSample.WAITING || state == JobSample.ENDED || state == JobSample.ELSEWHERE);
        return new JobSummary(ProcessHandle.current().pid(), begun, programs, world.size(), schedule.pes().length, node, processes.size(), processes,
                ending.getAsBoolean() ? JobSummary.ENDING : waits ? JobSummary.WAITING : JobSummary.RUNNING);
    }

    private JobSample sample() {
        lastLook = System.nanoTime();
        if (schedule.beginMeasuring()) {
            schedule.runAt(lastLook + LEASE_NANOS, this::stopUnlessLookedAt);
        }
        int ranks = world.size();
        var run = new long[ranks];
        var switches = new long[ranks];
        var messages = new long[ranks];
        var bytes = new long[ranks];
        long now = System.nanoTime();
        for (int i = 0; i < ranks; i++) {
            Rank rank = schedule.thread(i) == null ? null : world.rank(i);
            if (rank == null) {
                continue; // it may be leaving
            }
            Rank.Counters counters = rank.counters;
            run[i] = counters.runNanos;
            switches[i] = counters.switches;
            messages[i] = counters.messagesSent;
            bytes[i] = counters.bytesSent;
        }
        var pes = new ArrayList<JobSample.PeSample>();
        for (Pe pe : schedule.pes()) {
            int runs = pe.runs();
            if (runs >= 0) {
                run[runs] += pe.runningNanos(now);
            }
            pes.add(new JobSample.PeSample(pe.idleNanos(now), pe.switches(), pe.arrivals(), runs, node));
        }
        String states = states();
        return new JobSample(summary(states), now, pes, states, run, switches, messages, bytes);
    }

    private void stopUnlessLookedAt() {
        long due = lastLook + LEASE_NANOS;
        if (due - System.nanoTime() > 0) {
            schedule.runAt(due, this::stopUnlessLookedAt);
        } else {
            schedule.endMeasuring();
        }
    }
}
