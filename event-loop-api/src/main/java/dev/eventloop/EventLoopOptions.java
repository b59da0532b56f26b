package dev.eventloop;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How to make an {@link EventLoop}. Immutable: every setter gives a changed copy.
 *
 * <pre>{@code
 * EventLoop.create(EventLoopOptions.defaults().backend("epoll").maxEvents(256));
 * }</pre>
 */
public final class EventLoopOptions {
    /** Most events taken from the kernel in one wait, unless said otherwise. */
    public static final int DEFAULT_MAX_EVENTS = 256;

    /** Room for more would cost memory and bring nothing: the next wait has the rest. */
    private static final int MOST_EVENTS = 1 << 16;

    private static final EventLoopOptions DEFAULTS =
            new EventLoopOptions(null, DEFAULT_MAX_EVENTS, null, System::nanoTime);

    private final String backend;
    private final int maxEvents;
    private final Consumer<? super Throwable> errorHandler;
    private final LongSupplier clock;

    private EventLoopOptions(
            String backend,
            int maxEvents,
            Consumer<? super Throwable> errorHandler,
            LongSupplier clock) {
        this.backend = backend;
        this.maxEvents = maxEvents;
        this.errorHandler = errorHandler;
        this.clock = clock;
    }

    /** The best backend here, {@value #DEFAULT_MAX_EVENTS} events, no error handler. */
    public static EventLoopOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The backend to use, before the system property {@code eventloop.backend} and the environment
     * variable {@code EVENTLOOP_BACKEND}.
     *
     * @param name such as {@code "epoll"}
     */
    public EventLoopOptions backend(String name) {
        return new EventLoopOptions(
                Objects.requireNonNull(name, "name"), maxEvents, errorHandler, clock);
    }

    /**
     * Most events taken from the kernel in one wait; what is ready beyond that comes with the next.
     *
     * @throws IllegalArgumentException if {@code maxEvents} is not positive
     */
    public EventLoopOptions maxEvents(int maxEvents) {
        if (maxEvents <= 0) {
            throw new IllegalArgumentException(
                    "maxEvents is " + maxEvents + "; at least 1 event must fit into a wait");
        }
        int useful = Math.min(maxEvents, MOST_EVENTS);
        return new EventLoopOptions(backend, useful, errorHandler, clock);
    }

    /**
     * Who is told, on the loop's thread, what a callback, timer or task threw; the iteration then
     * goes on. Without one {@link EventLoop#run} throws it, and the next run goes on with the rest.
     */
    public EventLoopOptions errorHandler(Consumer<? super Throwable> errorHandler) {
        return new EventLoopOptions(
                backend, maxEvents, Objects.requireNonNull(errorHandler, "errorHandler"), clock);
    }

    /**
     * Where timers and timeouts take the time from, in nanoseconds of any origin; {@link
     * System#nanoTime} unless said otherwise. A virtual clock goes with a simulated kernel.
     */
    public EventLoopOptions clock(LongSupplier nanoClock) {
        return new EventLoopOptions(
                backend, maxEvents, errorHandler, Objects.requireNonNull(nanoClock, "nanoClock"));
    }

    String backend() {
        return backend;
    }

    /** For who opens a poller by himself: 65,536 at most. */
    public int maxEvents() {
        return maxEvents;
    }

    Consumer<? super Throwable> errorHandler() {
        return errorHandler;
    }

    LongSupplier clock() {
        return clock;
    }
}
