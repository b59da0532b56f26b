package dev.eventloop.poll;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.LibC;
import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** Opens poll pollers over this machine's kernel. */
public final class PollPollerProvider implements PollerProvider {
    @Override
    public String name() {
        return PollPoller.NAME;
    }

    @Override
    public String unavailableBecause() {
        return LibC.unavailableBecause();
    }

    @Override
    public Poller open(int maxEvents) throws ErrnoException {
        return new PollPoller(LibC.system(), maxEvents);
    }
}
