package dev.eventloop.lb.simulation;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.FrontendOptions;
import dev.eventloop.lb.PoolOptions;
import dev.eventloop.lb.Splice;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a frontend or a pool that a reload may change: algorithm, access, limits, and
 * health checks.
 *
 * @param interval between health checks; zero for none
 * @param fall {@link Integer#MAX_VALUE} if backends never go down
 * @param perBackend connection limit of each backend without a limit of its own; 0 for no limit
 * @param perSource open connections of a source; 0 for no limit
 * @param rate new connections of a source in a period; 0 for no limit
 */
record Policy(
        Algorithm algorithm,
        Duration interval,
        int fall,
        int rise,
        Duration slowStart,
        Duration maxAge,
        Splice splice,
        int perBackend,
        int perSource,
        int rate,
        Duration ratePeriod,
        boolean closesWhenBackendFails,
        List<String> allowed,
        List<String> denied) {
    private static final String[] RANGES = {
        "127.0.0.1", "127.0.0.2/31", "127.0.0.0/30", "127.0.0.4", "127.0.0.0/8", "::1", "::/0"
    };

    /** Only round robin and no other feature, so that the picks are known exactly. */
    static Policy plain(Dice dice) {
        return new Policy(
                dice.percent(70) ? Algorithm.WEIGHTED_ROUND_ROBIN : Algorithm.ROUND_ROBIN,
                Duration.ZERO,
                Integer.MAX_VALUE,
                2,
                Duration.ZERO,
                Duration.ZERO,
                dice.one(Splice.values()),
                0,
                0,
                0,
                Duration.ofSeconds(1),
                false,
                List.of(),
                List.of());
    }

    static Policy draw(Dice dice) {
        boolean active = dice.percent(55);
        boolean watched = active || dice.percent(50);
        boolean ranges = dice.percent(25);
        return new Policy(
                dice.one(Algorithm.values()),
                Duration.ofMillis(active ? dice.of(40, 200, 1_000, 2_000) : 0),
                watched ? dice.between(1, 4) : Integer.MAX_VALUE,
                dice.between(1, 3),
                Duration.ofMillis(watched ? dice.of(0, 100, 1_000, 10_000) : 0),
                Duration.ofMillis(dice.percent(25) ? dice.magnitude(5, 20_000) : 0),
                dice.one(Splice.values()),
                dice.percent(12) ? dice.between(1, 6) : 0,
                dice.percent(20) ? dice.between(1, 6) : 0,
                dice.percent(15) ? dice.between(1, 8) : 0,
                Duration.ofMillis(dice.of(10, 200, 1_000)),
                dice.percent(50),
                ranges ? ranges(dice) : List.of(),
                ranges ? ranges(dice) : List.of());
    }

    private static List<String> ranges(Dice dice) {
        List<String> ranges = new ArrayList<>();
        while (dice.percent(45)) {
            ranges.add(RANGES[dice.below(RANGES.length)]);
        }
        return ranges;
    }

    /** The part that is a frontend's. */
    void applyTo(FrontendOptions frontend) {
        frontend.maxConnectionAge(maxAge)
                .splice(splice)
                .maxConnectionsPerSource(perSource)
                .maxRatePerSource(rate, ratePeriod);
        allowed.forEach(frontend::allow);
        denied.forEach(frontend::deny);
    }

    /** The part that is a pool's. */
    void applyTo(PoolOptions pool) {
        pool.algorithm(algorithm)
                .healthCheck(interval)
                .healthFall(fall)
                .healthRise(rise)
                .slowStart(slowStart)
                .maxConnectionsPerBackend(perBackend)
                .closeWhenBackendFails(closesWhenBackendFails);
    }

    Policy withoutSourceLimits() {
        return new Policy(
                algorithm,
                interval,
                fall,
                rise,
                slowStart,
                maxAge,
                splice,
                perBackend,
                0,
                0,
                ratePeriod,
                closesWhenBackendFails,
                allowed,
                denied);
    }

    /** Whether backends that are up are checked. */
    boolean isActive() {
        return !interval.isZero();
    }

    /** The interval between two checks of a backend that is down. */
    Duration intervalWhenDown() {
        return isActive() ? interval : Duration.ofSeconds(2);
    }

    boolean isWatching() {
        return fall < Integer.MAX_VALUE;
    }

    boolean limitsSources() {
        return perSource > 0 || rate > 0;
    }

    boolean hasSameLimitsAs(Policy other) {
        return perSource == other.perSource
                && rate == other.rate
                && ratePeriod.equals(other.ratePeriod);
    }

    boolean admits(InetAddress address) {
        return denied.stream().noneMatch(range -> isIn(range, address))
                && (allowed.isEmpty() || allowed.stream().anyMatch(range -> isIn(range, address)));
    }

    /** Compares bit by bit, unlike the code under test. */
    private static boolean isIn(String range, InetAddress address) {
        int slash = range.indexOf('/');
        byte[] first = bytes(slash < 0 ? range : range.substring(0, slash));
        byte[] ip = address.getAddress();
        if (first.length > ip.length) {
            ip = mapped(ip);
        }
        if (first.length != ip.length) {
            return false;
        }
        int prefix = slash < 0 ? 8 * ip.length : Integer.parseInt(range.substring(slash + 1));
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((first[bit / 8] & mask) != (ip[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** RFC 4291, 2.5.5.2. */
    private static byte[] mapped(byte[] v4) {
        return ByteBuffer.allocate(16)
                .putLong(0)
                .putShort((short) 0)
                .putShort((short) -1)
                .put(v4)
                .array();
    }

    private static byte[] bytes(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(literal, e);
        }
    }
}
