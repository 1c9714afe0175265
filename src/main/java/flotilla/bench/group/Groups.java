package flotilla.bench.group;

import flotilla.bench.BenchException;
import flotilla.bench.Group;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** All groups, in the order in which they run. */
public final class Groups {
    public static final List<Group> ALL = List.of(new SwitchGroup(), new RingGroup(), new PingPongGroup(), new RateGroup(),
            new CollectivesGroup(), new StartupGroup(), new JacobiGroup(), new OversubscriptionGroup(), new PrivatizationGroup(), new MallocGroup(), new IdleGroup(),
            new BalanceGroup(), new TransportsGroup(), new MigrationGroup(), new ImbalanceGroup(),
            new FrontGroup());

    /** The figures of Section 4 of the paper: what moves cost (Figure 8) is one of them. */
    private static final Map<String, String> TOGETHER = Map.of("privatization", "migration");

    /** Those with the given names and what belongs to them, or all when there are none. */
    public static List<Group> named(List<String> names) {
        names.forEach(name -> {
            if (ALL.stream().noneMatch(group -> group.name().equals(name))) {
                throw new BenchException("there is no group " + name + "; the groups are "
                        + ALL.stream().map(Group::name).collect(Collectors.joining(", ")));
            }
        });
        return ALL.stream().filter(group -> names.isEmpty() || names.contains(group.name())
                || names.stream().anyMatch(name -> group.name().equals(TOGETHER.get(name)))).toList();
    }

    private Groups() {}
}
