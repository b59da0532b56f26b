package dev.eventloop.spi;

import dev.eventloop.ErrnoException;

/** Makes the pollers of one backend; found by {@link java.util.ServiceLoader}. */
public interface PollerProvider {
    /** The name by which the backend is chosen. */
    String name();

    /** Why the backend cannot be used on this machine, as half a sentence; null where it can. */
    String unavailableBecause();

    /**
     * A new poller.
     *
     * @param maxEvents the most entries one {@link Poller#poll} returns, positive
     * @throws ErrnoException EMFILE, ENFILE or ENOMEM
     */
    Poller open(int maxEvents) throws ErrnoException;
}
