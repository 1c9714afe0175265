package flotilla.node;

import flotilla.image.ProgramReport;
import flotilla.mpi.dispatch.FunctionNames;
import java.util.List;
import java.util.stream.Stream;

/** The MPI functions that a program refers to and that would end the job if it called them. */
public final class UnansweredFunctions {
    /** What the guest library doesn't define, and what it defines only to say at the call that it is missing; sorted. */
    public static List<String> of(ProgramReport report) {
        Stream<String> unanswered = report.mpiFunctions().stream()
                .filter(name -> FunctionNames.index(name) >= 0 && !FunctionNames.isImplemented(FunctionNames.index(name)));
        return Stream.concat(report.missingMpiFunctions().stream(), unanswered).distinct().sorted().toList();
    }

    private UnansweredFunctions() {}
}
