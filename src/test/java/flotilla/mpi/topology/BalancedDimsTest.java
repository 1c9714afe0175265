package flotilla.mpi.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancedDimsTest {
    @Test
    void isTheBestOfAllFactorizations() {
        for (int count = 1; count <= 5; count++) {
            for (int product = 1; product <= 1200; product++) {
                var all = new ArrayList<int[]>();
                factorizations(product, new int[count], 0, product, all);
                int[] best = all.stream().min(BALANCE).orElseThrow();
                assertThat(BalancedDims.balanced(product, count)).as("%d in %d dimensions", product, count).isEqualTo(best);
            }
        }
    }

    /** Spread first, then the larger smallest dimension, and so on upwards. */
    private static final Comparator<int[]> BALANCE = Comparator.<int[]>comparingInt(dims -> dims[0] - dims[dims.length - 1])
            .thenComparing((a, b) -> {
                for (int i = a.length - 1; i >= 0; i--) {
                    if (a[i] != b[i]) {
                        return b[i] - a[i];
                    }
                }
                return 0;
            });

    private static void factorizations(int rest, int[] dims, int at, int largest, List<int[]> all) {
        if (at == dims.length - 1) {
            if (rest <= largest) {
                dims[at] = rest;
                all.add(dims.clone());
            }
            return;
        }
        for (int factor = 1; factor <= Math.min(rest, largest); factor++) {
            if (rest % factor == 0) {
                dims[at] = factor;
                factorizations(rest / factor, dims, at + 1, factor, all);
            }
        }
    }

    /** Grids that MPICH 4 gives. */
    @ParameterizedTest
    @CsvSource({"4096, 16 16 16", "5040, 21 16 15", "7560, 21 20 18", "360, 10 6 6", "360, 6 5 4 3", "20, 5 2 2 1", "10080, 8 7 6 6 5",
        "1990, 199 5 2 1 1", "6, 3 2", "7, 7 1", "1, 1 1 1", "45000, 50 30 30", "13464, 34 22 18"})
    void givesTheGridsThatProgramsKnow(int nodes, String expected) {
        int[] dims = Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
        var filled = new int[dims.length];
        BalancedDims.create(nodes, filled);
        assertThat(filled).isEqualTo(dims);
    }

    @Test
    void keepsWhatIsFixed() {
        assertThat(created(12, 0, 3, 0)).containsExactly(2, 3, 2);
        assertThat(created(6, 0, 0, 1)).containsExactly(3, 2, 1);
        assertThat(created(12, 4, 3)).containsExactly(4, 3);
        assertThat(created(5)).isEmpty();
    }

    @Test
    void refusesWhatDoesNotDivide() {
        fails(ErrorClass.DIMS, 7, 3, 0);
        fails(ErrorClass.DIMS, 7, 0, -1);
        fails(ErrorClass.DIMS, 2, 4, 0);
        fails(ErrorClass.ARG, 0, 0, 0);
        fails(ErrorClass.DIMS, 5, 1 << 20, 1 << 20, 1 << 24, 0);
    }

    @Test
    void isQuickForNumbersWithManyDivisors() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int count = 1; count <= 10; count++) {
                for (int product : new int[] {2_095_133_040, 1_396_755_360, 1 << 30, Integer.MAX_VALUE, 1009 * 720_720, 46_337 * 45_360}) {
                    int[] dims = BalancedDims.balanced(product, count);
                    assertThat(Arrays.stream(dims).asLongStream().reduce(1, (a, b) -> a * b)).isEqualTo(product);
                }
            }
        });
    }

    private static int[] created(int nodes, int... dims) {
        BalancedDims.create(nodes, dims);
        return dims;
    }

    private static void fails(int errorClass, int nodes, int... dims) {
        assertThatThrownBy(() -> BalancedDims.create(nodes, dims))
                .isInstanceOfSatisfying(MpiException.class, e -> assertThat(e.errorClass()).isEqualTo(errorClass));
    }
}
