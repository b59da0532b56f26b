package dev.eventloop.spi;

import dev.eventloop.ErrnoException;

/** Opens the pollers of one backend; found by {@link java.util.ServiceLoader}. */
public interface PollerProvider {
    /** The name of the backend, by which it is chosen, such as {@code "epoll"}. */
    String name();

    /** Why this machine cannot use the backend, as half a sentence; null if it can. */
    String unavailableBecause();

    /**
     * Opens a poller.
     *
     * @param maxEvents the maximum number of entries that {@link Poller#poll} returns, positive
     * @throws ErrnoException EMFILE, ENFILE or ENOMEM
     */
    Poller open(int maxEvents) throws ErrnoException;
}
