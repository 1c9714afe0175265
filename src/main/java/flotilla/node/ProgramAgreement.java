package flotilla.node;

import flotilla.image.PreparedProgram;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** All nodes must have the same files of the programs and their private libraries: a rank finds its code where it left it. */
final class ProgramAgreement {
    /** @throws RefusedException when they have not */
    static void check(Membership membership, List<PreparedProgram> programs) {
        if (membership.isAlone()) {
            return;
        }
        String own = programs.stream().flatMap(program -> program.identities().stream()).collect(Collectors.joining("\n"));
        List<String> all = membership.exchange("files", own);
        for (int node = 1; node < all.size(); node++) {
            if (!all.get(node).equals(all.getFirst())) {
                throw membership.refused(difference(membership, node, all.getFirst().split("\n"), all.get(node).split("\n")));
            }
        }
    }

    private static String difference(Membership membership, int node, String[] there, String[] here) {
        int at = Arrays.mismatch(there, here);
        String one = at < there.length ? there[at] : "no further library";
        String other = at < here.length ? here[at] : "no further library";
        return "the program's files differ: " + membership.describe(0) + " has " + one + ", " + membership.describe(node) + " has " + other
                + "; all nodes need the same files";
    }

    private ProgramAgreement() {}
}
