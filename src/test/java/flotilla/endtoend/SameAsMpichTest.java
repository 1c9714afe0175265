package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each program of the folder {@code src/test/guests} prints the same lines and ends with the same status under MPICH
 * and, the same binary, under Flotilla; and so does what Flotilla's own compilers made of it.
 */
final class SameAsMpichTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    /** On a loaded machine the reference has a second and a third try, each with twice the time. Flotilla has one. */
    private static final Duration MPICH_FIRST_LIMIT = Duration.ofSeconds(40);
    private static final int MPICH_TRIES = 3;

    /** Programs at a time: the compilers, MPICH's launcher and the start of a JVM each leave cores idle. */
    @AutoClose
    private static final ExecutorService PROGRAMS = Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());

    @TestFactory
    List<DynamicContainer> programs() {
        return Guest.below(Installation.GUESTS).stream().map(SameAsMpichTest::started).toList();
    }

    /** The program's steps happen one after the other, beside another program's, and its tests wait for them. */
    private static DynamicContainer started(Guest guest) {
        List<Step> steps = steps(guest);
        PROGRAMS.execute(() -> steps.forEach(step -> step.task.run()));
        return DynamicContainer.dynamicContainer(guest.name(), steps.stream().map(step ->
                DynamicTest.dynamicTest(guest.name() + step.name, () -> await(step.task))));
    }

    private record Step(String name, FutureTask<Void> task) {
        Step(String name, Callable<Void> task) {
            this(name, new FutureTask<>(task));
        }
    }

    private static void await(FutureTask<Void> step) throws Throwable {
        try {
            step.get();
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }

    private static List<Step> steps(Guest guest) {
        var steps = new ArrayList<Step>();
        // What MPICH printed, by rank count, for the tests that follow.
        Map<Integer, Command.Result> references = new HashMap<>();
        int most = guest.ranks().stream().max(Integer::compare).orElse(0);
        for (Toolchain toolchain : guest.isMpichOnly() ? List.of(Toolchain.MPICH) : List.of(Toolchain.MPICH, Toolchain.FLOTILLA)) {
            // How many ranks there are makes no difference to what the other compilers made of the same program.
            boolean compareAll = guest.isMpichOnly() || toolchain == Toolchain.FLOTILLA;
            var program = new Path[1];
            steps.add(new Step(": compiles with " + toolchain, () -> {
                guest.need(toolchain);
                program[0] = guest.build(toolchain);
                return null;
            }));
            for (int ranks : guest.ranks()) {
                steps.add(new Step(", " + ranks + " ranks, compiled with " + toolchain, () -> {
                    guest.need(toolchain);
                    assertThat(program[0]).as("the program was compiled").isNotNull();
                    if (toolchain == Toolchain.MPICH) {
                        references.put(ranks, mpich(guest, program[0], ranks));
                    }
                    if (compareAll || ranks == most) {
                        compare(guest, flotilla(guest, program[0], ranks), references.get(ranks));
                    }
                    return null;
                }));
            }
            for (int ranks : compareAll ? guest.flotillaRanks() : List.<Integer>of()) {
                steps.add(new Step(", " + ranks + " ranks, compiled with " + toolchain, () -> {
                    guest.need(toolchain);
                    assertThat(program[0]).as("the program was compiled").isNotNull();
                    compare(guest, flotilla(guest, program[0], ranks), null);
                    return null;
                }));
            }
        }
        return steps;
    }

    private static Command.Result mpich(Guest guest, Path program, int ranks) throws IOException {
        Duration limit = MPICH_FIRST_LIMIT;
        Command.Result result = tryMpich(guest, program, ranks, limit);
        for (int i = 1; i < MPICH_TRIES && result.status() == Command.Result.KILLED; i++) {
            limit = limit.multipliedBy(2);
            System.out.printf("%s with %d processes: no end under MPICH after %d s, once more with %d s%n", guest.name(), ranks,
                    result.time().toSeconds(), limit.toSeconds());
            result = tryMpich(guest, program, ranks, limit);
        }
        return result;
    }

    /** MPICH's mpiexec mixes pieces of the ranks' lines, so each rank writes into a file. */
    private static Command.Result tryMpich(Guest guest, Path program, int ranks, Duration limit) throws IOException {
        Path folder = Files.createTempDirectory("mpich-output");
        Command command = Mpich.run("-outfile-pattern", folder.resolve("%r").toString(), "-n",
                Integer.toString(ranks), program.toString()).and(guest.arguments())
                .in(program.getParent()).input(guest.input()).within(limit);
        guest.environment().forEach(command::with);
        Command.Result result = command.run();
        var output = new StringBuilder();
        for (int rank = 0; rank < ranks; rank++) {
            Path file = folder.resolve(Integer.toString(rank));
            if (Files.exists(file)) {
                String text = Files.readString(file);
                output.append(text).append(text.isEmpty() || text.endsWith("\n") ? "" : "\n");
                Files.delete(file);
            }
        }
        Files.delete(folder);
        return new Command.Result(result.command(), result.status(), output.toString(), result.errors(), result.time());
    }

    private static Command.Result flotilla(Guest guest, Path program, int ranks) {
        Command command = Installation.run(ranks, program, guest.arguments()).in(program.getParent()).input(guest.input()).within(LIMIT);
        guest.environment().forEach(command::with);
        return (guest.isStealingForced() ? command.with("FLOTILLA_STEALING", "forced") : command).run();
    }

    private static void compare(Guest guest, Command.Result actual, Command.Result reference) {
        assertThat(actual.status()).as(actual.toString()).isEqualTo(guest.expectedStatus());
        if (reference != null) {
            assertThat(reference.status()).as("MPICH itself: " + reference).isEqualTo(guest.expectedStatus());
            assertThat(actual.sortedLines()).as(actual.toString()).isEqualTo(reference.sortedLines());
        }
    }
}
