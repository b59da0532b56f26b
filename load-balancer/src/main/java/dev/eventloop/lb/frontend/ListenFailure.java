package dev.eventloop.lb.frontend;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.Names;
import dev.eventloop.libc.Errno;
import java.net.InetSocketAddress;

/** Says why an address cannot be listened on, and what would be right. */
final class ListenFailure {
    private ListenFailure() {}

    static ErrnoException of(ErrnoException e, InetSocketAddress address) {
        String advice = "";
        if (e.errno() == Errno.EADDRINUSE) {
            advice = "; stop the program that listens there, or choose another port";
        } else if (e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE) {
            advice = "; raise the limit of open files (ulimit -n)";
        } else if (e.errno() == Errno.EACCES) {
            advice = "; ports below 1024 need root or CAP_NET_BIND_SERVICE";
        } else if (e.errno() == Errno.EADDRNOTAVAIL) {
            advice = "; it must be an address of this machine";
        }
        ErrnoException plain = Errno.exception(e.errno(), "cannot listen on", Names.of(address));
        return new ErrnoException(
                e.operation(), e.errno(), e.errnoName(), plain.getMessage() + advice);
    }
}
