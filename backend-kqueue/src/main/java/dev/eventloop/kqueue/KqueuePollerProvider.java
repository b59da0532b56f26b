package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** Opens kqueue pollers over this machine's kernel. */
public final class KqueuePollerProvider implements PollerProvider {
    @Override
    public String name() {
        return KqueuePoller.NAME;
    }

    @Override
    public String unavailableBecause() {
        return BsdLibC.unavailableBecause();
    }

    @Override
    public Poller open(int maxEvents) throws ErrnoException {
        return new KqueuePoller(BsdLibC.system(), KeventLayout.ofThisMachine(), maxEvents);
    }
}
