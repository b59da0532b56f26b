package dev.eventloop;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Options of an {@link EventLoop}. Immutable: every setter returns a changed copy.
 *
 * <pre>{@code
 * EventLoop.create(EventLoopOptions.defaults().backend("epoll").maxEvents(256));
 * }</pre>
 */
public final class EventLoopOptions {
    /** The default maximum number of events per wait. */
    public static final int DEFAULT_MAX_EVENTS = 256;

    /** A larger buffer costs memory and gains nothing: the next wait returns the rest. */
    private static final int MAX_EVENTS = 1 << 16;

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

    /** The best backend of this machine, {@value #DEFAULT_MAX_EVENTS} events, no error handler. */
    public static EventLoopOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The backend to use. Overrides the system property {@code eventloop.backend} and the
     * environment variable {@code EVENTLOOP_BACKEND}.
     *
     * @param name of the backend, such as {@code "epoll"}
     */
    public EventLoopOptions backend(String name) {
        return new EventLoopOptions(
                Objects.requireNonNull(name, "name"), maxEvents, errorHandler, clock);
    }

    /**
     * The maximum number of events per wait; the next wait returns the rest. Values above 65,536
     * are reduced to that.
     *
     * @throws IllegalArgumentException if {@code maxEvents} is not positive
     */
    public EventLoopOptions maxEvents(int maxEvents) {
        if (maxEvents <= 0) {
            throw new IllegalArgumentException(
                    "maxEvents is " + maxEvents + "; it must be at least 1");
        }
        int useful = Math.min(maxEvents, MAX_EVENTS);
        return new EventLoopOptions(backend, useful, errorHandler, clock);
    }

    /**
     * Called on the loop's thread with what a callback, timer or task threw; the iteration then
     * continues. Without an error handler {@link EventLoop#run} throws the exception, and the next
     * run continues with the rest of the batch.
     */
    public EventLoopOptions errorHandler(Consumer<? super Throwable> errorHandler) {
        return new EventLoopOptions(
                backend, maxEvents, Objects.requireNonNull(errorHandler, "errorHandler"), clock);
    }

    /**
     * The clock of timers and timeouts, in nanoseconds of any origin; {@link System#nanoTime} by
     * default. A simulated kernel needs its virtual clock here.
     *
     * <p>It should not go back. Where it does, the loop's own time stands still at that reading and
     * goes on from there: no timer fires early, and none is later than by the time since the
     * reading before.
     */
    public EventLoopOptions clock(LongSupplier nanoClock) {
        return new EventLoopOptions(
                backend, maxEvents, errorHandler, Objects.requireNonNull(nanoClock, "nanoClock"));
    }

    String backend() {
        return backend;
    }

    /** The maximum number of events per wait, at most 65,536. */
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
