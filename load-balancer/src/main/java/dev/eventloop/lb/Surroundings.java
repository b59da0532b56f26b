package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.net.Sockets;
import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * All that a load balancer takes from outside: with other surroundings the same code runs over a
 * simulated kernel, in virtual time.
 *
 * @param nanoClock nanoseconds of any origin
 * @param wallClock for the access log
 * @param seed of what is random
 * @param loops opens the loop of each worker
 */
record Surroundings(
        Sockets sockets, LongSupplier nanoClock, Clock wallClock, long seed, Loops loops) {
    /** Opens event loops. */
    interface Loops {
        /** A loop with these options, over a backend of its own choice. */
        EventLoop open(EventLoopOptions options) throws ErrnoException;
    }

    /** This machine's kernel and clock. */
    static Surroundings ofThisMachine() {
        return new Surroundings(
                Sockets.system(),
                System::nanoTime,
                Clock.systemUTC(),
                System.nanoTime(),
                EventLoop::create);
    }
}
