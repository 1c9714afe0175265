package flotilla.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** How many of the targets of what was measured are met, and by how much the others are missed. */
public final class TargetSummary {
    private final List<String> missed = new ArrayList<>();
    private int met;

    public TargetSummary(List<Group> groups, BenchRun run) {
        groups.forEach(group -> group.targets().forEach(target -> add(group, target, run)));
    }

    private void add(Group group, Target target, BenchRun run) {
        OptionalDouble limit = target.in(run, group.name());
        run.find(group.name(), target.series(), target.x(), MpiSystem.FLOTILLA.label()).filter(one -> limit.isPresent()).ifPresent(one -> {
            if (one.median() <= limit.getAsDouble()) {
                met++;
            } else {
                missed.add("- %s, %s, %s: %s %s, %s times the target of %s".formatted(group.name(), target.series(), group.parameterText(target.x()),
                        Numbers.text(one.median()), one.unit(), Numbers.text(one.median() / limit.getAsDouble()), Numbers.text(limit.getAsDouble())));
            }
        });
    }

    /** Empty when nothing has a target. */
    public String text() {
        if (met + missed.size() == 0) {
            return "";
        }
        return "Targets met: %d of %d.%s\n".formatted(met, met + missed.size(), missed.isEmpty() ? "" : " Missed:\n\n" + String.join("\n", missed));
    }
}
