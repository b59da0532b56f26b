package dev.eventloop.lb.simulation;

import dev.eventloop.lb.BackendOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The behaviour of a backend.
 *
 * @param weight as configured in the load balancer
 * @param limit the connection limit in the load balancer; 0 for none
 * @param spare whether the load balancer is started without it
 * @param backlog of its listener
 * @param slowness the longest time in nanoseconds before it accepts; {@link Script#FOR_EVER} for
 *     never
 * @param downFrom when it dies; -1 for never, 0 if it is down at the start
 * @param downFor how long it stays down
 * @param unlinks whether it unlinks its unix-domain socket when it dies
 */
record BackendPlan(
        SocketAddress address,
        int weight,
        boolean backup,
        int limit,
        boolean spare,
        int backlog,
        long slowness,
        long downFrom,
        long downFor,
        boolean unlinks,
        int largest) {
    private static final int FIRST_PORT = 9001;
    private static final long MILLI = 1_000_000;

    /**
     * The backends of a pool.
     *
     * @param first the number of the first one, from 0
     * @param known how many are there from the start
     * @param largest the maximum bytes that one may send
     * @param plain whether they have neither limits nor backups
     * @param operated whether the operator may add some
     */
    static List<BackendPlan> draw(
            Dice dice, int first, int known, int largest, boolean plain, boolean operated) {
        int count = known + (operated ? dice.between(0, 2) : 0);
        boolean queues = dice.percent(4); // slow unix-domain backends with full backlogs
        List<BackendPlan> plans = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean slow = queues || dice.percent(6);
            boolean mortal = dice.percent(plain ? 15 : 35);
            plans.add(
                    new BackendPlan(
                            address(dice, first + i, queues),
                            dice.percent(50) ? 1 : dice.between(1, 9),
                            !plain && dice.percent(20),
                            !plain && dice.percent(15) ? dice.between(1, 5) : 0,
                            i >= known,
                            slow ? dice.below(4) : 4096,
                            !slow ? 0 : dice.of(30 * MILLI, 1_000 * MILLI, Script.FOR_EVER),
                            !mortal ? -1 : dice.percent(40) ? 0 : dice.upTo(1_000 * MILLI),
                            dice.percent(30) ? Script.FOR_EVER : dice.upTo(3_000 * MILLI),
                            dice.percent(50),
                            largest));
        }
        return plans;
    }

    private static SocketAddress address(Dice dice, int index, boolean unix) {
        if (unix || dice.percent(20)) {
            return UnixDomainSocketAddress.of("/run/backend-" + index + ".sock");
        }
        String host = dice.percent(25) ? "::1" : "127.0.0.1";
        return new InetSocketAddress(host, FIRST_PORT + index);
    }

    BackendPlan asSpare() {
        return new BackendPlan(
                address, weight, backup, limit, true, backlog, slowness, downFrom, downFor, unlinks,
                largest);
    }

    /** The configuration for the load balancer. */
    BackendOptions options() {
        BackendOptions options =
                address instanceof InetSocketAddress inet
                        ? BackendOptions.of(inet.getAddress().getHostAddress(), inet.getPort())
                        : BackendOptions.of((UnixDomainSocketAddress) address);
        return options.weight(weight).backup(backup).maxConnections(limit);
    }
}
