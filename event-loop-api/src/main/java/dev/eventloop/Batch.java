package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.io.IOException;

/**
 * The events of one wait: taken from the poller, then dispatched to the callbacks. This is the hot
 * path; it allocates nothing and takes no lock. The loop's thread only.
 */
final class Batch {
    private final Poller poller;
    private final Registrations registrations;
    private final Registrar registrar;
    private final ErrorHandling errors;
    private final Ownership ownership;
    private final int maxEvents;

    /** The entries from next to ready are not dispatched yet. */
    private int ready;

    private int next;

    /** Counts batches, to tell changes made during the dispatch of one from older changes. */
    private int number;

    /** The kernel reported a registration that was deleted during an earlier batch. */
    private boolean kernelIsStale;

    Batch(
            Poller poller,
            Registrations registrations,
            Registrar registrar,
            ErrorHandling errors,
            Ownership ownership,
            int maxEvents) {
        this.poller = poller;
        this.registrations = registrations;
        this.registrar = registrar;
        this.errors = errors;
        this.ownership = ownership;
        this.maxEvents = maxEvents;
    }

    /**
     * Waits for events. What is left of the last batch is dropped; level-triggered it comes again.
     */
    void take(long timeoutNanos) throws ErrnoException {
        next = 0;
        ready = 0;
        ready = poller.poll(timeoutNanos);
        number++;
    }

    /** Calls the callbacks of the entries that are left; returns how many it called. */
    int dispatch() throws IOException {
        int called = 0;
        while (next < ready && !ownership.isClosed()) {
            int index = next++;
            long token = poller.token(index);
            int fd = (int) token;
            if (!registrations.isCurrent(token)) {
                kernelIsStale |= !registrations.changedIn(fd, number);
                continue;
            }
            int events = poller.events(index) & registrations.reportable(fd);
            if (events == 0) {
                continue;
            }
            called++;
            if ((registrations.interest(fd) & Events.ONESHOT) != 0) {
                registrations.disarm(fd);
            }
            try {
                registrations.callback(fd).onEvent(fd, events, registrations.attachment(fd));
            } catch (Throwable thrown) { // any kind: the rest of the batch must not be lost
                errors.handle(thrown);
            }
        }
        if (kernelIsStale && next == ready) {
            kernelIsStale = false;
            registrar.rebuild();
        }
        return called;
    }

    /**
     * Dispatches everything that is ready now, in several batches if one does not hold it. Each fd
     * has its turn; the pollers report those that had none first. An fd has two events at most,
     * which kqueue reports apart.
     */
    int dispatchAll(BatchClock clock) throws IOException {
        int called = dispatch(); // what an exception left of the last batch
        int left = 2 * registrations.size();
        do {
            take(0);
            clock.forget();
            left -= ready;
            called += dispatch();
        } while (left > 0 && ready > 0 && ready >= maxEvents - 1); // one may be the wake-up
        return called;
    }

    /** Whether an exception has left entries that are not dispatched yet. */
    boolean hasRest() {
        return next < ready;
    }

    int number() {
        return number;
    }
}
