package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.eventloop.lb.BackendState;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Maglev table is even, the same on every instance, and changes little when a backend goes. */
@Tag("fast")
class SourcesStayWhereTheyAreTest {
    static IntStream counts() {
        return IntStream.rangeClosed(2, 50);
    }

    @ParameterizedTest
    @MethodSource("counts")
    @DisplayName("removing one of N moves at most 1/N + 2 % of the sources")
    void fewSourcesMove(int count) {
        String[] names = names(count);
        MaglevTable before = table(names);
        for (int gone = 0; gone < count; gone += Math.max(1, count / 3)) {
            String[] left = without(names, gone);
            MaglevTable after = table(left);
            int moved = 0;
            for (int hash = 0; hash < MaglevTable.SIZE; hash++) {
                moved += names[before.at(hash)].equals(left[after.at(hash)]) ? 0 : 1;
            }

            assertThat((double) moved / MaglevTable.SIZE)
                    .as("%s of %d goes", names[gone], count)
                    .isBetween(1.0 / count - 0.001, 1.0 / count + 0.02);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,1", "1,2", "5,1,1", "256,1", "3,2,7,1,9", "10,20,30,40,50,60,70,80"})
    @DisplayName("shares are by weight, within 2 %")
    void sharesAreByWeight(String text) {
        int[] weights = Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
        MaglevTable table = new MaglevTable(names(weights.length), weights);
        int[] entries = new int[weights.length];
        for (int hash = 0; hash < MaglevTable.SIZE; hash++) {
            entries[table.at(hash)]++;
        }
        int total = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            double share = (double) weights[i] / total;
            assertThat((double) entries[i] / MaglevTable.SIZE)
                    .isCloseTo(share, within(0.02 * share));
        }
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "7", "50"})
    @DisplayName("the order in which backends are given does not matter")
    void orderDoesNotMatter(int count) {
        String[] names = names(count);
        int[] weights = IntStream.range(0, count).map(i -> 1 + i % 5).toArray();
        List<Integer> order =
                Arrays.asList(IntStream.range(0, count).boxed().toArray(Integer[]::new));
        Collections.shuffle(order, new Random(count));
        String[] otherNames = order.stream().map(i -> names[i]).toArray(String[]::new);
        int[] otherWeights = order.stream().mapToInt(i -> weights[i]).toArray();
        MaglevTable one = new MaglevTable(names, weights);
        MaglevTable other = new MaglevTable(otherNames, otherWeights);
        for (int hash = 0; hash < MaglevTable.SIZE; hash++) {
            assertThat(otherNames[other.at(hash)]).isEqualTo(names[one.at(hash)]);
        }
    }

    @Test
    @DisplayName("two instances agree on every source, also with a backend down")
    void instancesAgree() {
        try (Backends of = new Backends();
                Pool one = pool();
                Pool other = pool()) {
            List<Integer> order = Arrays.asList(0, 1, 2, 3, 4, 5);
            order.forEach(i -> one.add(of.of("b" + i, 1 + i, 0)));
            Collections.reverse(order);
            order.forEach(i -> other.add(of.of("b" + i, 1 + i, 0)));
            assertThat(Backends.order(one, 2_000)).isEqualTo(Backends.order(other, 2_000));
            String before = Backends.order(one, 2_000);
            one.change(one.find("b3"), BackendState.DRAIN);
            other.change(other.find("b3"), BackendState.DOWN);
            assertThat(Backends.order(one, 2_000))
                    .isEqualTo(Backends.order(other, 2_000))
                    .doesNotContain("b3");
            one.change(one.find("b3"), BackendState.UP);
            assertThat(Backends.order(one, 2_000)).isEqualTo(before);
        }
    }

    @Test
    @DisplayName("the sources of a backend that fails spread over all the others")
    void sourcesOfOneThatFailsAreSpread() {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            for (int i = 0; i < 10; i++) {
                pool.add(of.of("b" + i, 1, 0));
            }
            int[] successors = new int[10];
            for (int source = 0; source < 10_000; source++) {
                Backend first = Backends.pick(pool, source);
                first.release();
                if (!first.name().equals("b0")) {
                    continue;
                }
                Attempts attempts = Backends.none();
                attempts.add(first);
                Backend second = pool.pick(attempts, 0, 0xffff_0a00_0000L + source);
                second.release();
                successors[second.name().charAt(1) - '0']++;
            }
            assertThat(successors[0]).isZero();
            double fair = Arrays.stream(successors).sum() / 9.0;
            for (int i = 1; i < 10; i++) {
                assertThat((double) successors[i]).isBetween(fair / 2, fair * 2);
            }
        }
    }

    private static Pool pool() {
        return new Pool(
                (backends, weights, owed) -> new SourceHash(backends, weights),
                Backends.HEALTH,
                () -> 0);
    }

    private static MaglevTable table(String... names) {
        int[] weights = new int[names.length];
        Arrays.fill(weights, 1);
        return new MaglevTable(names, weights);
    }

    private static String[] names(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "10.1.2." + i + ":8080")
                .toArray(String[]::new);
    }

    private static String[] without(String[] names, int gone) {
        return IntStream.range(0, names.length)
                .filter(i -> i != gone)
                .mapToObj(i -> names[i])
                .toArray(String[]::new);
    }
}
