package flotilla.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The environment variables that ranks start with. */
final class RankEnvironment {
    private static final String WAIT_POLICY = "OMP_WAIT_POLICY";
    /** With one of these the user has decided how threads of OpenMP wait. */
    private static final List<String> DECISIONS = List.of(WAIT_POLICY, "GOMP_SPINCOUNT", "KMP_BLOCKTIME", "KMP_LIBRARY");

    /**
     * What the user gave, and for a job of several ranks {@code OMP_WAIT_POLICY=passive}: an OpenMP library counts the cores
     * as if its rank had them alone, and threads that spin at barriers then keep other ranks' threads from running.
     */
    static List<String> of(Map<String, String> given, int ranks) {
        var result = new ArrayList<String>();
        given.forEach((name, value) -> result.add(name + "=" + value));
        if (ranks > 1 && DECISIONS.stream().noneMatch(given::containsKey)) {
            result.add(WAIT_POLICY + "=passive");
        }
        return result;
    }

    private RankEnvironment() {}
}
