package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;

/** The exit of processes through pidfd_open(2): one fd per process, readable once it has exited. */
final class Pidfds implements ExitSource {
    private final EventLoop loop;
    private final LinuxLibC libc;
    private final EventCallback<ExitWatch<?>> onReadable =
            (fd, events, watch) -> {
                remove(watch);
                watch.ended();
            };

    Pidfds(EventLoop loop, LinuxLibC libc) {
        this.loop = loop;
        this.libc = libc;
    }

    @Override
    public EventSource describe() {
        int fd = libc.pidfdOpen(ProcessHandle.current().pid());
        if (fd < 0) { // ENOSYS before Linux 5.3; EPERM in a sandbox with an older seccomp filter
            String why = "a thread of the JVM waits, as pidfd_open fails: " + Errno.name(-fd);
            return new EventSource(EventSource.Kind.EXIT, true, why);
        }
        libc.close(fd);
        return new EventSource(EventSource.Kind.EXIT, true, "pidfd");
    }

    @Override
    public boolean add(ExitWatch<?> watch) {
        int fd = libc.pidfdOpen(watch.pid());
        if (fd < 0) {
            return false;
        }
        watch.key = fd;
        try {
            loop.add(fd, Events.READ, onReadable, watch);
            return true;
        } catch (ErrnoException e) {
            libc.close(fd);
            return false;
        }
    }

    @Override
    public void remove(ExitWatch<?> watch) {
        int fd = (int) watch.key;
        Fds.delete(loop, libc, fd);
    }

    @Override
    public void close() {
        // each watch closes its own fd
    }
}
