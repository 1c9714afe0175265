package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code --strace-mpi}: what stands in the lines, which ranks have them, and how calls are shown that never return. */
final class TraceTest {
    private static final Pattern LINE = Pattern.compile("\\[rank (\\d+)\\] \\d+\\.\\d{6} (MPI_\\w+\\(.*\\)) (= .* <\\d+\\.\\d{6}>|<unfinished \\.\\.\\.>)");

    private static Path build(Toolchain toolchain, String name) {
        Installation.need(toolchain.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(toolchain);
    }

    private static Command.Result run(int ranks, Toolchain toolchain, String option, String program, String... arguments) {
        Path built = build(toolchain, program);
        return Installation.run(ranks, option, built.toString()).and(arguments).within(Duration.ofSeconds(60)).run();
    }

    /** Calls and results of a rank, without times; all lines of standard error must be of the trace. */
    private static List<String> calls(Command.Result result, int rank) {
        assertThat(result.errorLines()).as(result.toString()).allMatch(line -> LINE.matcher(line).matches());
        return callsAmongOthers(result, rank);
    }

    private static List<String> callsAmongOthers(Command.Result result, int rank) {
        return result.errorLines().stream().map(LINE::matcher).filter(m -> m.matches() && Integer.parseInt(m.group(1)) == rank)
                .map(m -> (m.group(2) + " " + m.group(3)).replaceFirst(" <[0-9.]+>$", "").replaceAll("0x[0-9a-f]+", "ADDRESS"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void argumentsAndResultsAreShown(Toolchain toolchain) {
        Command.Result result = run(1, toolchain, "--strace-mpi", "observe/trace.c");
        assertThat(result.status()).as(result.toString()).isZero();
        List<String> calls = calls(result, 0);
        assertThat(calls).as(result.toString()).containsSubsequence(
                "MPI_Init(argc=ADDRESS, argv=ADDRESS) = MPI_SUCCESS",
                "MPI_Comm_rank(comm=MPI_COMM_WORLD, rank=0) = MPI_SUCCESS",
                "MPI_Comm_size(comm=MPI_COMM_WORLD, size=1) = MPI_SUCCESS",
                "MPI_Sendrecv(sendbuf=ADDRESS, sendcount=1, sendtype=MPI_INT, dest=0, sendtag=7, recvbuf=ADDRESS, recvcount=3, "
                        + "recvtype=MPI_INT, source=MPI_ANY_SOURCE, recvtag=MPI_ANY_TAG, comm=MPI_COMM_WORLD, "
                        + "status={source=0, tag=7, bytes=4}) = MPI_SUCCESS",
                "MPI_Irecv(buf=ADDRESS, count=1, datatype=MPI_INT, source=MPI_PROC_NULL, tag=0, comm=MPI_COMM_WORLD, request=request#0) = MPI_SUCCESS",
                "MPI_Isend(buf=ADDRESS, count=1, datatype=MPI_INT, dest=MPI_PROC_NULL, tag=0, comm=MPI_COMM_WORLD, request=request#1) = MPI_SUCCESS",
                "MPI_Waitall(count=2, array_of_requests=[request#0, request#1], array_of_statuses=MPI_STATUSES_IGNORE) = MPI_SUCCESS",
                "MPI_Iprobe(source=0, tag=99, comm=MPI_COMM_WORLD, flag=0, status=ADDRESS) = MPI_SUCCESS",
                "MPI_Group_incl(group=group#0, n=1, ranks=[0], newgroup=group#1) = MPI_SUCCESS",
                "MPI_Type_indexed(count=10, array_of_blocklengths=[0, 1, 2, 3, 4, 5, 6, 7, ...], "
                        + "array_of_displacements=[0, 1, 2, 3, 4, 5, 6, 7, ...], oldtype=MPI_DOUBLE, newtype=datatype#0) = MPI_SUCCESS",
                "MPI_Type_free(datatype=datatype#0) = MPI_SUCCESS",
                "MPI_Dims_create(nnodes=1, ndims=1, dims=[0]=>[1]) = MPI_SUCCESS",
                "MPI_Gatherv(sendbuf=ADDRESS, sendcount=1, sendtype=MPI_INT, recvbuf=ADDRESS, recvcounts=[1], displs=[0], "
                        + "recvtype=MPI_INT, root=0, comm=MPI_COMM_WORLD) = MPI_SUCCESS",
                "MPI_Comm_set_errhandler(comm=MPI_COMM_WORLD, errhandler=MPI_ERRORS_RETURN) = MPI_SUCCESS",
                "MPI_Send(buf=ADDRESS, count=1, datatype=MPI_INT, dest=4711, tag=0, comm=MPI_COMM_WORLD) = MPI_ERR_RANK (invalid rank)",
                "MPI_Info_create(info=info#0) = MPI_SUCCESS",
                "MPI_Info_set(info=info#0, key=\"key\", value=\"line\\n\") = MPI_SUCCESS",
                "MPI_Info_get(info=info#0, key=\"key\", valuelen=7, value=\"line\\n\", flag=1) = MPI_SUCCESS",
                "MPI_Info_get(info=info#0, key=\"other\", valuelen=7, value=ADDRESS, flag=0) = MPI_SUCCESS",
                "MPI_Finalize() = MPI_SUCCESS");
        assertThat(calls).as(result.toString()).anyMatch(line -> line.matches("MPI_Barrier\\(comm=comm#\\d+\"the \\\\\"half\\\\\"\"\\) = MPI_SUCCESS"));
        assertThat(calls).as(result.toString()).anyMatch(line -> line.matches(
                "MPI_Cart_shift\\(comm=comm#\\d+, direction=0, disp=1, rank_source=0, rank_dest=0\\) = MPI_SUCCESS"));
        assertThat(calls).as(result.toString()).anyMatch(line -> line.matches("MPI_Topo_test\\(comm=comm#\\d+, status=MPI_CART\\) = MPI_SUCCESS"));
        assertThat(calls).as(result.toString()).anyMatch(line -> line.matches(
                "MPI_Comm_compare\\(comm1=comm#\\d+, comm2=MPI_COMM_WORLD, result=MPI_CONGRUENT\\) = MPI_SUCCESS"));
        assertThat(calls).as(result.toString()).anyMatch(line -> line.matches("MPI_Query_thread\\(provided=MPI_THREAD_\\w+\\) = MPI_SUCCESS"));
    }

    @ParameterizedTest
    @EnumSource
    void nestedCallsComeBeforeTheCallThatTheyInterrupt(Toolchain toolchain) {
        Command.Result result = run(2, toolchain, "--strace-mpi=0-1", "observe/trace.c");
        assertThat(result.status()).as(result.toString()).isZero();
        // One of the two adds for both.
        String nested = "MPI_Type_size(datatype=MPI_INT, size=4) = MPI_SUCCESS";
        int adding = calls(result, 0).contains(nested) ? 0 : 1;
        assertThat(calls(result, adding)).as(result.toString()).containsSubsequence(
                "MPI_Op_create(user_fn=nested_sum in program, commute=1, op=op#0) = MPI_SUCCESS", nested,
                "MPI_Allreduce(sendbuf=MPI_IN_PLACE, recvbuf=ADDRESS, count=1, datatype=MPI_INT, op=op#0, comm=MPI_COMM_WORLD) = MPI_SUCCESS",
                "MPI_Op_free(op=op#0) = MPI_SUCCESS");
        assertThat(calls(result, 1)).as(result.toString()).contains(
                "MPI_Comm_split(comm=MPI_COMM_WORLD, color=MPI_UNDEFINED, key=0, newcomm=MPI_COMM_NULL) = MPI_SUCCESS");
        assertThat(calls(result, 1)).as(result.toString()).anyMatch(line -> line.contains("recvcounts=ADDRESS, displs=ADDRESS"));
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheRanksAskedFor(Toolchain toolchain) {
        Command.Result result = run(5, toolchain, "--strace-mpi=0,2-3", "observe/trace.c");
        assertThat(result.status()).as(result.toString()).isZero();
        for (int rank : new int[] {0, 2, 3}) {
            assertThat(calls(result, rank)).as(result.toString()).hasSizeGreaterThan(20);
        }
        assertThat(calls(result, 1)).isEmpty();
        assertThat(calls(result, 4)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void callsThatNeverReturnAreUnfinished(Toolchain toolchain) {
        Command.Result deadlock = run(2, toolchain, "--strace-mpi", "observe/trace.c", "wait");
        assertThat(deadlock.status()).as(deadlock.toString()).isEqualTo(1);
        assertThat(callsAmongOthers(deadlock, 0)).as(deadlock.toString()).last().isEqualTo(
                "MPI_Recv(buf=ADDRESS, count=1, datatype=MPI_INT, source=1, tag=17, comm=MPI_COMM_WORLD, status=MPI_STATUS_IGNORE) <unfinished ...>");

        Command.Result abort = run(2, toolchain, "--strace-mpi", "observe/trace.c", "abort");
        assertThat(abort.status()).as(abort.toString()).isEqualTo(5);
        assertThat(callsAmongOthers(abort, 1)).as(abort.toString()).last().isEqualTo("MPI_Abort(comm=MPI_COMM_WORLD, errorcode=5) <unfinished ...>");

        Command.Result jump = run(1, toolchain, "--strace-mpi", "observe/trace.c", "jump");
        assertThat(jump.status()).as(jump.toString()).isZero();
        assertThat(calls(jump, 0)).as(jump.toString()).containsSubsequence(
                "MPI_Send(buf=ADDRESS, count=1, datatype=MPI_INT, dest=1000, tag=0, comm=MPI_COMM_WORLD) <unfinished ...>",
                "MPI_Send(buf=ADDRESS, count=1, datatype=MPI_INT, dest=1002, tag=0, comm=MPI_COMM_WORLD) <unfinished ...>",
                "MPI_Errhandler_free(errhandler=errhandler#0) = MPI_SUCCESS");
    }

    @ParameterizedTest
    @EnumSource
    void fortranCallsAreShownAsTheCallsOfC(Toolchain toolchain) {
        Command.Result result = run(2, toolchain, "--strace-mpi=1", "observe/trace.f90");
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(calls(result, 1)).as(result.toString()).containsExactly(
                "MPI_Init(argc=NULL, argv=NULL) = MPI_SUCCESS",
                "MPI_Comm_rank(comm=MPI_COMM_WORLD, rank=1) = MPI_SUCCESS",
                "MPI_Allreduce(sendbuf=MPI_IN_PLACE, recvbuf=ADDRESS, count=1, datatype=MPI_INTEGER, op=MPI_SUM, comm=MPI_COMM_WORLD) = MPI_SUCCESS",
                "MPI_Comm_set_name(comm=MPI_COMM_WORLD, comm_name=\"all\") = MPI_SUCCESS",
                "MPI_Irecv(buf=ADDRESS, count=1, datatype=MPI_DOUBLE_PRECISION, source=MPI_PROC_NULL, tag=3, comm=MPI_COMM_WORLD, request=request#0) = MPI_SUCCESS",
                "MPI_Wait(request=request#0, status={source=MPI_PROC_NULL, tag=MPI_ANY_TAG, bytes=0}) = MPI_SUCCESS",
                "MPI_Finalize() = MPI_SUCCESS");
    }

    @Test
    void mpiexecTracesToo() {
        Path program = build(Toolchain.FLOTILLA, "observe/trace.c");
        Command.Result result = new Command(Installation.BIN.resolve("mpiexec").toString(), "-n", "2", "-strace-mpi=1", program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(calls(result, 0)).as(result.toString()).isEmpty();
        assertThat(calls(result, 1)).as(result.toString()).endsWith("MPI_Finalize() = MPI_SUCCESS");
    }
}
