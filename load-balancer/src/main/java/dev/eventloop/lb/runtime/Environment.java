package dev.eventloop.lb.runtime;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.pool.Builds;
import dev.eventloop.net.Sockets;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Everything that a load balancer takes from outside. Tests pass another environment, to run the
 * same code over a simulated kernel in virtual time.
 *
 * @param nanoClock nanoseconds of any origin
 * @param wallClock for the access log
 * @param seed of the random numbers
 * @param loops opens the loop of each worker
 * @param builds where the tables of pools are built
 * @param patience how long a start or a reload waits for the first answers of sources of backends
 */
public record Environment(
        Sockets sockets,
        LongSupplier nanoClock,
        Clock wallClock,
        long seed,
        Loops loops,
        Builds builds,
        Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Builds tables on the one thread for that, and waits for sources for a second. */
    public Environment(
            Sockets sockets, LongSupplier nanoClock, Clock wallClock, long seed, Loops loops) {
        this(sockets, nanoClock, wallClock, seed, loops, Builds.onOneThread(), PATIENCE);
    }

    /** Opens event loops. */
    public interface Loops {
        /** A loop with these options; the environment chooses the backend. */
        EventLoop open(EventLoopOptions options) throws ErrnoException;
    }

    /** This machine's kernel and clock. */
    public static Environment ofThisMachine() {
        return new Environment(
                Sockets.system(),
                System::nanoTime,
                Clock.systemUTC(),
                System.nanoTime(),
                EventLoop::create);
    }
}
