package dev.eventloop.lb.runtime;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses all acceptors of a worker while the system has no descriptors: connections that come wait
 * in the kernel's backlog and are not refused. Says so once a minute.
 */
final class AcceptPause {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);

    /** Descriptors may come back anywhere in the process, so try again now and then. */
    private static final Duration DESCRIPTOR_CHECK = Duration.ofMillis(50);

    private static final long NANOS_BETWEEN_WARNINGS = Duration.ofMinutes(1).toNanos();

    private final EventLoop loop;
    private final List<Acceptor> acceptors;
    private final Timer check;

    /** How many connections that were accepted wait for a descriptor; they come first. */
    private int claims;

    private boolean warned;
    private long warnedAt;

    /**
     * @param acceptors of the worker; may grow
     */
    AcceptPause(EventLoop loop, List<Acceptor> acceptors) {
        this.loop = loop;
        this.acceptors = acceptors;
        this.check = loop.newTimer(this::resume);
    }

    /** Pauses until a descriptor may have come back. */
    void outOfDescriptors(int errno) {
        if (isTimeToWarn()) {
            LOG.warn(
                    "accepting pauses until file descriptors come back: {} ({}); raise the limit of"
                            + " open files (ulimit -n) or lower --max-clients",
                    Errno.description(errno),
                    Errno.name(errno));
        }
        acceptors.forEach(Acceptor::pause);
        tryLater();
    }

    /** A frontend has as many clients as it may have. */
    void outOfSlots(int maxClients) {
        if (isTimeToWarn()) {
            LOG.warn(
                    "accepting pauses: there are {} clients, as many as --max-clients allows;"
                            + " others wait",
                    maxClients);
        }
    }

    /** A connection was reset for want of memory. */
    void outOfMemory() {
        if (isTimeToWarn()) {
            LOG.warn(
                    "connections are reset, since there is no memory for their bytes: {} (ENOMEM,"
                            + " OutOfMemoryError); raise the limits of this process (ulimit -v, the"
                            + " cgroup's memory.max, vm.max_map_count) or lower --max-clients",
                    Errno.description(Errno.ENOMEM));
        }
    }

    private boolean isTimeToWarn() {
        long now = loop.nanoTime();
        boolean time = !warned || now - warnedAt > NANOS_BETWEEN_WARNINGS;
        if (time) {
            warned = true;
            warnedAt = now;
        }
        return time;
    }

    void claimDescriptors(int more) {
        claims += more;
    }

    /** Whether connections that were accepted wait for a descriptor. */
    boolean isClaimed() {
        return claims > 0;
    }

    /** Resumes all acceptors in a moment. */
    void tryLater() {
        check.start(DESCRIPTOR_CHECK);
    }

    private void resume() {
        acceptors.forEach(Acceptor::resume);
    }
}
