package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source meets the same backend on every machine and in every version: the hashes are the
 * published ones, and so is what is made of them.
 */
@Tag("fast")
class HashesAreTheSameEverywhereTest {
    /** The JDK's generator: adds the golden gamma, and mixes. */
    private static long splitMix(long seed) {
        return new SplittableRandom(seed).nextLong();
    }

    private static long mixed(long value) {
        return splitMix(value - Hash.GOLDEN_GAMMA);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE, 0x0123_4567_89ab_cdefL})
    @DisplayName("values are mixed as SplitMix64 does")
    void values(long value) {
        assertThat(Hash.mix(value)).isEqualTo(mixed(value));
    }

    @ParameterizedTest
    @CsvSource({"0, 281473154613249", "0, 1", "2306139568115548160, 1", "-1, -1"})
    @DisplayName("all 128 bits of an address count")
    void addresses(long high, long low) {
        assertThat(Hash.ofAddress(high, low)).isEqualTo(mixed(splitMix(high) ^ low));
    }

    @ParameterizedTest
    @CsvSource({"'', cbf29ce484222325", "a, af63dc4c8601ec8c", "foobar, 85944171f73967e8"})
    @DisplayName("names are hashed by FNV-1a: its published test vectors")
    void names(String name, String fnv) {
        long hash = Long.parseUnsignedLong(fnv, 16);
        assertThat(Hash.ofName(name, 7)).isEqualTo(mixed(hash ^ mixed(7)));
    }

    @Test
    @DisplayName(
            "the table of three backends is the one that another program has computed from the paper")
    void tables() {
        MaglevTable table = new MaglevTable(new String[] {"a", "b", "c"}, new int[] {3, 2, 1});
        CRC32 sum = new CRC32();
        for (int hash = 0; hash < MaglevTable.SIZE; hash++) {
            sum.update(table.at(hash));
        }
        assertThat(sum.getValue()).isEqualTo(1_348_966_609L);
    }

    @Test
    @DisplayName("a source's other choices are those of the next hashes")
    void choices() {
        try (Backends of = new Backends();
                Pool pool =
                        Backends.pool(
                                Algorithm.SOURCE_HASH, Backends.HEALTH, () -> 0, Builds.INLINE)) {
            Backend[] backends = of.of(1, 1, 1, 1, 1);
            pool.replace("", List.of(backends));
            MaglevTable table =
                    new MaglevTable(
                            new String[] {"b0", "b1", "b2", "b3", "b4"}, new int[] {1, 1, 1, 1, 1});
            for (int source = 0; source < 100; source++) {
                Attempts tried = Backends.none();
                while (tried.count() < 3) {
                    tried.add(pool.pick(tried, 0, source));
                }
                Set<Backend> expected = new LinkedHashSet<>();
                long hash = mixed(splitMix(0) ^ source);
                while (expected.size() < 3) {
                    expected.add(backends[table.at(hash)]);
                    hash = splitMix(hash);
                }
                assertThat(List.of(tried.get(0), tried.get(1), tried.get(2)))
                        .containsExactlyElementsOf(expected);
            }
        }
    }
}
