package dev.eventloop.lb.runtime;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.lb.WarningPace;
import dev.eventloop.lb.relay.RelayContext;
import dev.eventloop.libc.Errno;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses all acceptors of a worker while there are no file descriptors: the kernel does not refuse
 * new connections but keeps them in its backlog. Logs each warning at most once a minute.
 */
final class AcceptPause {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);

    private final EventLoop loop;
    private final List<Acceptor> acceptors;
    private final Timer check;
    private final WarningPace descriptorWarnings = new WarningPace();
    private final WarningPace memoryWarnings = new WarningPace();

    /** How many accepted connections wait for a descriptor; they go before new ones. */
    private int claims;

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
        if (descriptorWarnings.claim(loop.nanoTime())) {
            LOG.warn(
                    "accepting pauses until file descriptors come back: {} ({}); raise the limit of"
                            + " open files (ulimit -n) or lower --max-clients",
                    Errno.description(errno),
                    Errno.name(errno));
        }
        acceptors.forEach(Acceptor::pause);
        tryLater();
    }

    /** A connection was reset because there was no memory for its bytes. */
    void outOfMemory() {
        if (memoryWarnings.claim(loop.nanoTime())) {
            LOG.warn(
                    "connections are reset because there is no memory for their bytes: {} (ENOMEM,"
                            + " OutOfMemoryError); raise the limits of this process (ulimit -v, the"
                            + " cgroup's memory.max, vm.max_map_count) or lower --max-clients",
                    Errno.description(Errno.ENOMEM));
        }
    }

    void claimDescriptors(int more) {
        claims += more;
    }

    /** Whether accepted connections wait for a descriptor. */
    boolean isClaimed() {
        return claims > 0;
    }

    /** Resumes all acceptors after {@link RelayContext#DESCRIPTOR_CHECK}. */
    void tryLater() {
        check.start(RelayContext.DESCRIPTOR_CHECK);
    }

    private void resume() {
        acceptors.forEach(Acceptor::resume);
    }
}
