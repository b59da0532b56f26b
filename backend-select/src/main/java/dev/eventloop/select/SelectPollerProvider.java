package dev.eventloop.select;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.LibC;
import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** Opens select pollers over this machine's kernel. */
public final class SelectPollerProvider implements PollerProvider {
    @Override
    public String name() {
        return SelectPoller.NAME;
    }

    @Override
    public String unavailableBecause() {
        return LibC.unavailableBecause();
    }

    @Override
    public Poller open(int maxEvents) throws ErrnoException {
        return new SelectPoller(LibC.system(), maxEvents);
    }
}
