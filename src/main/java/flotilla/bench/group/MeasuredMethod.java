package flotilla.bench.group;

import flotilla.image.Privatization;
import flotilla.image.Traits;
import flotilla.image.Traits.Answer;
import java.util.List;
import java.util.Map;

/**
 * A method of privatization as the bench runs it.
 *
 * @param flags     of the compiler, for a program of its own
 * @param isPrivate whether a program that is compiled so has its variables to itself
 * @param mostRanks that the bench asks it for
 */
record MeasuredMethod(String name, List<String> flags, boolean isPrivate, int mostRanks, boolean hasSeveralPes) {
    private static final Map<String, List<String>> TAGGED = Map.of("tls", List.of("-DTAG=_Thread_local"));
    /** Namespaces of glibc are few, and files take long. */
    private static final Map<String, Integer> FEW = Map.of("pip", 8, "fs", 64);

    static List<MeasuredMethod> all() {
        return Privatization.all().stream().map(MeasuredMethod::of).toList();
    }

    private static MeasuredMethod of(Privatization method) {
        Traits traits = method.traits();
        boolean compiled = traits.recompiling().answer() == Answer.YES;
        List<String> flags = TAGGED.getOrDefault(method.name(), compiled ? List.of("--privatize=" + method.name()) : List.of());
        // Jacobi's counters are static; its other variables are not.
        return new MeasuredMethod(method.name(), flags, traits.statics().answer() != Answer.NO,
                FEW.getOrDefault(method.name(), Integer.MAX_VALUE), traits.severalPes().answer() == Answer.YES);
    }

    int pes(int wanted) {
        return hasSeveralPes ? wanted : 1;
    }
}
