package flotilla.refactor;

import java.util.ArrayList;
import java.util.List;

/** What is told of a refactoring: what has been left alone and why, and which functions get the pointer otherwise. */
final class Report {
    private final Program program;
    private final Decision decision;

    Report(Program program, Decision decision) {
        this.program = program;
        this.decision = decision;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        for (Variable variable : program.variables.values()) {
            if (variable.isDefined() && variable.threadLocal) {
                lines.add(program.name(variable.definition().node().at) + ": note: " + variable + " is thread-local: it is each rank's own as it is");
            } else if (decision.shouldMove(variable) && !decision.moves(variable)) {
                lines.add(variable.obstaclePlace() + ": " + variable + " is left alone: " + variable.obstacle());
            }
        }
        for (Function function : program.functions.values()) {
            if (decision.needsPointer(function) && function.isFixed() && !function.isMain()) {
                lines.add(function.place() + ": note: " + function + " keeps its parameters, as " + function.reason()
                        + "; it takes the pointer from a thread-local variable"
                        + (decision.isCalledByMain(function) ? ", and main calls it" : ""));
            }
        }
        return lines;
    }
}
