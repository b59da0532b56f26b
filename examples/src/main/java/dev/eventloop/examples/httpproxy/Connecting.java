package dev.eventloop.examples.httpproxy;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import java.net.InetAddress;
import java.util.List;

/**
 * Connects to a server: resolves its name, then tries its addresses one after the other until a
 * connect succeeds. Reports the result to the session, unless the session has cancelled it.
 */
final class Connecting {
    private static final int NONE = -1;

    private final ProxyServer proxy;
    private final Session session;
    private final Authority authority;
    private final Timer timer;

    private Resolver.Question question;
    private List<InetAddress> addresses = List.of();
    private int next;
    private int fd = NONE;
    private String failure = "its name is unknown";

    Connecting(ProxyServer proxy, Session session, Authority authority) {
        this.proxy = proxy;
        this.session = session;
        this.authority = authority;
        this.timer = proxy.loop.newTimer(this::timeIsOver);
    }

    /**
     * Starts with the name lookup.
     *
     * @throws Refusal 503 if too many lookups are pending
     */
    void begin() throws Refusal {
        question = proxy.resolver.ask(authority.host(), this::found);
        if (question == null) {
            throw new Refusal(503, "too many name lookups are pending");
        }
        timer.start(proxy.settings.connectTimeout());
    }

    private void found(List<InetAddress> found) {
        addresses = found;
        tryNext(502);
    }

    private void tryNext(int statusOfFailure) {
        closeAttempt();
        while (fd == NONE && next < addresses.size()) {
            try {
                fd = proxy.connect(addresses.get(next++), authority.port());
                proxy.loop.add(fd, Events.WRITE, Session.READY, session);
                timer.start(proxy.settings.connectTimeout());
            } catch (ErrnoException e) {
                failure = Errno.description(e.errno());
                closeAttempt();
            }
        }
        if (fd == NONE) {
            cancel();
            session.notConnected(
                    new Refusal(statusOfFailure, "no connection to " + authority + ": " + failure));
        }
    }

    /** WRITE reports the end of the connect, unless the event is spurious. */
    void ready() {
        int errno = proxy.sockets.connectResult(fd);
        if (errno != 0) {
            failure = Errno.description(errno);
            tryNext(502);
        } else if (proxy.sockets.isConnected(fd)) {
            int connected = fd;
            fd = NONE;
            cancel();
            session.connected(connected);
        }
    }

    private void timeIsOver() {
        failure = next == 0 ? "the name server does not answer" : "it does not answer";
        tryNext(504);
    }

    /** Cancels the connect without a report. */
    void cancel() {
        timer.cancel();
        question.cancel();
        closeAttempt();
    }

    private void closeAttempt() {
        if (fd != NONE) {
            proxy.forget(fd);
            proxy.sockets.close(fd);
            fd = NONE;
        }
    }
}
