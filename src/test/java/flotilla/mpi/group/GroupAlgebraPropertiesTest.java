package flotilla.mpi.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.mpi.core.Group;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.group.GroupAlgebra.Range;
import flotilla.mpi.group.GroupAlgebra.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Every operation against the same one on lists. */
class GroupAlgebraPropertiesTest {
    @Provide
    Arbitrary<List<Integer>> members() {
        Arbitrary<List<Integer>> any = Arbitraries.integers().between(0, 30).list().uniqueElements().ofMaxSize(20);
        Arbitrary<List<Integer>> consecutive = Arbitraries.integers().between(0, 20)
                .flatMap(first -> Arbitraries.integers().between(0, 10).map(size -> IntStream.range(first, first + size).boxed().toList()));
        return Arbitraries.oneOf(any, consecutive);
    }

    private static Group group(List<Integer> members) {
        return Group.of(members.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<Integer> list(Group group) {
        return Arrays.stream(GroupAlgebra.worldRanks(group)).boxed().toList();
    }

    @Property
    void setOperationsKeepTheOrderOfTheFirst(@ForAll("members") List<Integer> a, @ForAll("members") List<Integer> b) {
        var union = new LinkedHashSet<>(a);
        union.addAll(b);
        assertThat(list(GroupAlgebra.union(group(a), group(b)))).containsExactlyElementsOf(union);
        assertThat(list(GroupAlgebra.intersection(group(a), group(b)))).isEqualTo(a.stream().filter(b::contains).toList());
        assertThat(list(GroupAlgebra.difference(group(a), group(b)))).isEqualTo(a.stream().filter(m -> !b.contains(m)).toList());
    }

    @Property
    void comparisonLooksAtMembersThenAtOrder(@ForAll("members") List<Integer> a, @ForAll("members") List<Integer> b) {
        Relation expected = a.equals(b) ? Relation.IDENTICAL
                : new HashSet<>(a).equals(new HashSet<>(b)) ? Relation.SIMILAR : Relation.UNEQUAL;
        assertThat(GroupAlgebra.compare(group(a), group(b))).isEqualTo(expected);
        var reversed = new ArrayList<>(a).reversed();
        assertThat(GroupAlgebra.compare(group(a), group(reversed))).isEqualTo(a.size() < 2 ? Relation.IDENTICAL : Relation.SIMILAR);
    }

    @Property
    void translationFindsTheSameProcess(@ForAll("members") List<Integer> a, @ForAll("members") List<Integer> b) {
        for (int i = 0; i < a.size(); i++) {
            assertThat(GroupAlgebra.translate(group(a), i, group(b))).isEqualTo(b.indexOf(a.get(i)));
        }
    }

    @Property
    void includeAndExcludeDivideAGroup(@ForAll("members") List<Integer> a, @ForAll long seed) {
        int[] ranks = IntStream.range(0, a.size()).filter(i -> (seed >> i & 1) != 0).toArray();
        List<Integer> chosen = Arrays.stream(ranks).mapToObj(a::get).toList();
        assertThat(list(GroupAlgebra.include(group(a), ranks))).isEqualTo(chosen);
        assertThat(list(GroupAlgebra.exclude(group(a), ranks))).isEqualTo(a.stream().filter(m -> !chosen.contains(m)).toList());
    }

    @Property
    void rangesMeanTheRanksThatTheyStepOn(@ForAll("members") List<Integer> a, @ForAll @IntRange(min = 0, max = 19) int first,
            @ForAll @IntRange(min = 0, max = 19) int last, @ForAll @IntRange(min = 1, max = 5) int step) {
        if (first >= a.size() || last >= a.size()) {
            return;
        }
        int stride = first <= last ? step : -step;
        var ranks = new ArrayList<Integer>();
        for (int r = first; stride > 0 ? r <= last : r >= last; r += stride) {
            ranks.add(r);
        }
        Range[] ranges = {new Range(first, last, stride)};
        assertThat(list(GroupAlgebra.includeRanges(group(a), ranges))).isEqualTo(ranks.stream().map(a::get).toList());
        assertThat(list(GroupAlgebra.excludeRanges(group(a), ranges)))
                .isEqualTo(IntStream.range(0, a.size()).filter(r -> !ranks.contains(r)).mapToObj(a::get).toList());
    }

    @Example
    void aRangeMayNameAnEndThatItDoesNotReach() {
        Group group = Group.consecutive(0, 4);
        assertThat(list(GroupAlgebra.includeRanges(group, new Range[] {new Range(0, 4, 3)}))).containsExactly(0, 3);
    }

    @Example
    void wrongArgumentsAreNamed() {
        Group group = Group.consecutive(0, 4);
        fails(() -> GroupAlgebra.include(group, new int[] {1, 1}), ErrorClass.RANK, "ranks[1] = 1");
        fails(() -> GroupAlgebra.include(group, new int[] {4}), ErrorClass.RANK, "ranks[0] = 4");
        fails(() -> GroupAlgebra.exclude(group, new int[] {-1}), ErrorClass.RANK, "ranks[0] = -1");
        fails(() -> GroupAlgebra.includeRanges(group, new Range[] {new Range(0, 3, 0)}), ErrorClass.ARG, "stride 0");
        fails(() -> GroupAlgebra.includeRanges(group, new Range[] {new Range(3, 0, 1)}), ErrorClass.ARG, "wrong sign");
        fails(() -> GroupAlgebra.includeRanges(group, new Range[] {new Range(0, 9, 1)}), ErrorClass.ARG, "ends at 9");
        fails(() -> GroupAlgebra.includeRanges(group, new Range[] {new Range(0, 1, 1), new Range(1, 2, 1)}), ErrorClass.RANK, "ranks[2] = 1");
        fails(() -> GroupAlgebra.translate(group, 7, group), ErrorClass.RANK, "7");
    }

    @Example
    void noMembersAreTheEmptyGroup() {
        assertThat(GroupAlgebra.difference(Group.consecutive(0, 3), Group.consecutive(0, 3))).isSameAs(Group.EMPTY);
        assertThat(GroupAlgebra.include(Group.consecutive(2, 3), new int[0])).isSameAs(Group.EMPTY);
    }

    private static void fails(Runnable call, int errorClass, String detail) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(MpiException.class, e -> {
            assertThat(e.errorClass()).isEqualTo(errorClass);
            assertThat(e).hasMessageContaining(detail);
        });
    }
}
