package dev.eventloop.select;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.LibC;
import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** Offers select over this machine's kernel. */
public final class SelectPollerProvider implements PollerProvider {
    @Override
    public String name() {
        return SelectPoller.NAME;
    }

    @Override
    public String unavailableBecause() {
        String system = System.getProperty("os.name");
        return system.equals("Linux") ? null : "the C library of " + system + " is not bound yet";
    }

    @Override
    public Poller open(int maxEvents) throws ErrnoException {
        return new SelectPoller(LibC.system(), maxEvents);
    }
}
