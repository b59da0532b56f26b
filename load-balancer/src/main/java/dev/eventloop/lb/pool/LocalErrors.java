package dev.eventloop.lb.pool;

import dev.eventloop.lb.WarningPace;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors with which a connect fails at once because of this machine. They say nothing about the
 * backend, whose health they do not change. Logs a warning at most once a minute. Confined to one
 * thread.
 */
public final class LocalErrors {
    private static final Logger LOG = LoggerFactory.getLogger(LocalErrors.class);

    private final LongSupplier clock;
    private final WarningPace pace = new WarningPace();

    /**
     * @param clock nanoseconds, of any origin
     */
    public LocalErrors(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Whether this errno of socket(2) or connect(2) is this machine's: no memory, descriptors,
     * local ports or route, or a local firewall. The same errno reported later, by SO_ERROR, comes
     * from the network and is the backend's.
     */
    public static boolean isLocal(int errno, NativeAddress address) {
        return isShortage(errno)
                || errno == Errno.EADDRNOTAVAIL
                || errno == Errno.EAFNOSUPPORT
                || errno == Errno.ENETDOWN
                || errno == Errno.ENETUNREACH
                || errno == Errno.EHOSTUNREACH
                || (isDenied(errno) && address.isInternet()); // else by the file's permissions
    }

    private static boolean isShortage(int errno) {
        // ENOSPC is of epoll_ctl: max_user_watches in epoll(7)
        return Errno.isScarcity(errno) || errno == Errno.ENOSPC;
    }

    private static boolean isDenied(int errno) {
        return errno == Errno.EACCES || errno == Errno.EPERM;
    }

    /** Logs that a connect, or a health check, failed with such an error. */
    public void warn(Backend backend, int errno) {
        if (!pace.claim(clock.getAsLong())) {
            return;
        }
        LOG.warn(
                "this machine cannot connect to backend {}: {} ({}); {}. The backend is not taken"
                        + " for down",
                backend,
                Errno.description(errno),
                Errno.name(errno),
                advice(errno));
    }

    private static String advice(int errno) {
        if (errno == Errno.EADDRNOTAVAIL) {
            return "its local ports to that address are used up, or it has no address of that"
                    + " family: widen net.ipv4.ip_local_port_range, or give the backend more"
                    + " addresses";
        }
        if (isDenied(errno)) {
            return "a local firewall refuses it";
        }
        return isShortage(errno)
                ? "raise the limits of open files and memory"
                : "it has no route to that address";
    }
}
