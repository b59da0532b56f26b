package dev.eventloop.epoll;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** epoll of kernels before 5.11: waits are rounded up to milliseconds. */
public final class EpollWithoutPwait2Provider implements PollerProvider {
    static final String NAME = "epoll-without-pwait2";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String unavailableBecause() {
        return LibC.unavailableBecause();
    }

    @Override
    public Poller open(int maxEvents) throws ErrnoException {
        return new EpollPoller(
                TappedKernel.answering("epollPwait2", () -> -Errno.ENOSYS), maxEvents);
    }
}
