package dev.eventloop.lb.simulation;

import dev.eventloop.testkit.kernel.Fault;
import dev.eventloop.testkit.kernel.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a run, drawn from its seed: settings of the load balancer, faults of the
 * kernel, clients, backends, and how the run ends.
 *
 * @param plain whether backends are neither checked nor limited nor changed, so that the outcome is
 *     known exactly
 * @param operations how many actions the operator performs, within operatedFor, as names change
 * @param lingers how long the run continues after the last client has gone
 * @param waits whether the only worker's loop blocks in its wait, as on its own thread
 * @param fileLimit the open file limit of the load balancer's process; 0 for none
 * @param style how peers behave
 * @param arrivals when each client connects
 * @param pauses when the process of the load balancer stands still
 * @param exclusive whether the workers share one listener, with EPOLLEXCLUSIVE on epoll
 */
record Scenario(
        String poller,
        int maxEvents,
        boolean waits,
        int workers,
        boolean plain,
        int operations,
        long operatedFor,
        long lingers,
        Mood mood,
        Duration leastLatency,
        Duration mostLatency,
        int fileLimit,
        int socketBuffer,
        int largest,
        Script.Style style,
        List<FrontendPlan> frontends,
        List<PoolPlan> pools,
        List<Long> arrivals,
        Ending ending,
        long endsAt,
        Duration drainTime,
        long shutDownAfter,
        boolean exclusive,
        List<Pauses.Pause> pauses) {
    private static final String[] POLLERS = {"epoll", "kqueue", "poll", "select"};
    private static final int MOST_CLIENTS = 40;

    /** More than the load balancer reads of one connection in one turn. */
    private static final int LARGE_BUFFER = 1024 * 1024;

    private static final long MILLI = 1_000_000;

    /** The faults that the kernel injects. */
    enum Mood {
        CALM,
        /** Calls succeed late or partially; nothing is lost. */
        FIDGETY,
        /** Connections are reset, refused and aborted; memory and fds run out. */
        HOSTILE,
        /** Memory and fds run out at times; connections are not affected. */
        SCARCE,
        /** Clients abort in the backlog (ECONNABORTED); no other faults. */
        ABORTING;

        Faults faults() {
            return switch (this) {
                case CALM -> Faults.none();
                case FIDGETY -> Faults.harmless();
                case HOSTILE -> Faults.rare();
                case SCARCE ->
                        Faults.harmless()
                                .with(Fault.OUT_OF_FILES, 300)
                                .with(Fault.OUT_OF_BUFFERS, 300);
                case ABORTING -> Faults.none().with(Fault.ABORTED, 2_500);
            };
        }
    }

    enum Ending {
        /** After the last client has gone. */
        WHEN_ALL_ARE_SERVED,
        DRAIN,
        SHUTDOWN,
        DRAIN_AND_THEN_SHUTDOWN
    }

    static Scenario draw(Dice dice) {
        int workers = (int) dice.of(1, 1, 2, 2, 3);
        long arrivalTime = dice.of(0, 5 * MILLI, 500 * MILLI, 5_000 * MILLI);
        Script.Style style = Script.Style.draw(dice);
        int socketBuffer = dice.percent(50) ? 208 * 1024 : dice.magnitude(512, 256 * 1024);
        boolean bursts = style == Script.Style.BURSTS;
        if (bursts) {
            socketBuffer = LARGE_BUFFER;
        }
        int largest = Math.min(3_000_000, socketBuffer * 60);
        boolean plain = dice.percent(45);
        int operations = plain || dice.percent(50) ? 0 : dice.magnitude(1, 30);
        long[] latency = bursts ? new long[2] : latency(dice);
        Mood mood = mood(dice);
        boolean crowded =
                mood == Mood.ABORTING && !bursts; // so that the backlog is not empty at the drain
        arrivalTime = crowded ? 5 * MILLI : arrivalTime;
        boolean several = !crowded && dice.percent(45);
        boolean operated = operations > 0;
        long operatedFor = dice.of(50 * MILLI, 1_000 * MILLI, 10_000 * MILLI);
        String host = dice.percent(60) ? "127.0.0.1" : dice.percent(50) ? "0.0.0.0" : "::1";
        List<PoolPlan> pools =
                several
                        ? PoolPlan.several(dice, largest, plain, operated, operatedFor)
                        : List.of(PoolPlan.only(dice, largest, plain, operated, operatedFor));
        List<FrontendPlan> frontends =
                several
                        ? FrontendPlan.several(dice, plain, operated, host, pools)
                        : List.of(FrontendPlan.only(dice, pools.get(0).policy(), host));
        int clients = crowded ? MOST_CLIENTS : dice.magnitude(1, bursts ? 8 : MOST_CLIENTS);
        List<Long> arrivals = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            arrivals.add(dice.upTo(arrivalTime));
        }
        return new Scenario(
                bursts && dice.percent(60) ? "epoll" : dice.one(POLLERS),
                dice.percent(60) ? 256 : dice.between(1, 8),
                workers == 1 && dice.percent(50),
                workers,
                plain,
                operations,
                operatedFor,
                plain ? 0 : dice.of(0, 2_000 * MILLI, 20_000 * MILLI),
                mood,
                Duration.ofNanos(latency[0]),
                Duration.ofNanos(latency[1]),
                !crowded && dice.percent(85)
                        ? 0
                        : dice.between(3, 10) + workers * (4 + frontends.size()),
                socketBuffer,
                largest,
                style,
                frontends,
                pools,
                arrivals,
                bursts ? Ending.WHEN_ALL_ARE_SERVED : ending(dice, crowded),
                dice.upTo(2 * arrivalTime + 100 * MILLI),
                Duration.ofMillis(
                        crowded || dice.percent(50) ? 600_000 : dice.magnitude(1, 5_000) - 1),
                dice.upTo(dice.of(MILLI, 200 * MILLI, 5_000 * MILLI)),
                dice.percent(30),
                Pauses.draw(dice, 2 * arrivalTime + 500 * MILLI));
    }

    private static Ending ending(Dice dice, boolean crowded) {
        if (crowded) {
            return Ending.DRAIN;
        }
        return dice.percent(45) ? Ending.WHEN_ALL_ARE_SERVED : Ending.values()[dice.between(1, 3)];
    }

    private static Mood mood(Dice dice) {
        int mood = dice.below(40);
        if (mood < 3) {
            return mood < 2 ? Mood.SCARCE : Mood.ABORTING;
        }
        return mood < 21 ? Mood.CALM : mood < 32 ? Mood.FIDGETY : Mood.HOSTILE;
    }

    private static long[] latency(Dice dice) {
        if (dice.percent(50)) {
            return new long[] {0, 0};
        }
        long most = dice.magnitude(1_000, 40_000_000);
        return new long[] {dice.upTo(most), most};
    }

    /** Whether the kernel fails calls and resets connections at random. */
    boolean isHostile() {
        return mood == Mood.HOSTILE;
    }

    /** Whether calls never fail for lack of fds or memory. */
    boolean hasFilesForAll() {
        return fileLimit == 0 && !isHostile() && mood != Mood.SCARCE;
    }

    boolean hasLatency() {
        return mostLatency.toNanos() > 0;
    }

    /** The pool of this name; null for none. */
    PoolPlan pool(String name) {
        return pools.stream().filter(pool -> pool.name().equals(name)).findAny().orElse(null);
    }

    @Override
    public String toString() {
        return String.format(
                "%s, %d events a wait%s, %d workers%s%n  %s kernel, latency %s to %s, %s files,"
                        + " socket buffers of %d, %s%n  %d clients, ending %s at %.6f, drain %s,"
                        + " shutdown %.6f later%n  %d operations in %.3f s, %s%n  frontends %s%n  pools"
                        + " %s",
                poller,
                maxEvents,
                waits ? " (waiting)" : "",
                workers,
                exclusive ? " (accepting exclusively)" : "",
                mood,
                leastLatency,
                mostLatency,
                fileLimit == 0 ? "20000" : fileLimit,
                socketBuffer,
                style,
                arrivals.size(),
                ending,
                endsAt / 1e9,
                drainTime,
                shutDownAfter / 1e9,
                operations,
                operatedFor / 1e9,
                pauses,
                frontends,
                pools);
    }
}
