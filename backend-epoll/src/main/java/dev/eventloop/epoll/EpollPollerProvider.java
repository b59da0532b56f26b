package dev.eventloop.epoll;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** Opens epoll pollers over this machine's kernel. */
public final class EpollPollerProvider implements PollerProvider {
    @Override
    public String name() {
        return EpollPoller.NAME;
    }

    @Override
    public String unavailableBecause() {
        String system = System.getProperty("os.name");
        return system.equals("Linux") ? LibC.unavailableBecause() : system + " has no epoll";
    }

    @Override
    public Poller open(int maxEvents) throws ErrnoException {
        return new EpollPoller(
                (LinuxLibC) LibC.system(), EpollEventLayout.ofThisMachine(), maxEvents);
    }
}
