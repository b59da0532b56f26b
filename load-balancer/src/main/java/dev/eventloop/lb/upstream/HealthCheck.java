package dev.eventloop.lb.upstream;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import java.time.Duration;

/**
 * Checks one backend, again and again: it is fit if it accepts a connection in time. That is then
 * ended as polite clients do, with a FIN, and closed when the backend has done the same: a reset
 * for each check would fill its log (haproxy/haproxy#560).
 */
final class HealthCheck {
    private static final int JITTER_PERCENT = 10;

    /** How long a backend may take to say goodbye. */
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    /** More than any preface. */
    private static final int BUFFER_SIZE = 1024;

    private final Backend backend;
    private final HealthChecks checks;
    private final NativeAddress address;
    private final NativeBuffer buffer = NativeBuffer.allocate(BUFFER_SIZE);
    private final Timer timer;
    private int fd = -1;

    /** Whether it has accepted; what is left is to say goodbye. */
    private boolean accepted;

    /** Whether this is the last one. */
    private boolean retired;

    HealthCheck(Backend backend, HealthChecks checks) {
        this.backend = backend;
        this.checks = checks;
        this.address = NativeAddress.of(backend.socketAddress());
        this.timer = checks.loop().newTimer(this::onTimer);
    }

    /** The first one comes somewhere within the first interval. */
    void begin() {
        Duration half = interval().dividedBy(2);
        timer.start(checks.jittered(half, 100));
    }

    /** The next one, which may have been hours away, is the first of the new interval. */
    void intervalChanged() {
        if (fd < 0) {
            begin();
        }
    }

    /** No more checks; true if one is going on, which nobody hears of, but ends politely. */
    boolean retire() {
        retired = fd >= 0;
        if (!retired) {
            end();
        }
        return retired;
    }

    void end() {
        timer.cancel();
        close();
        address.close();
        buffer.close();
    }

    private void onTimer() {
        if (fd < 0) {
            connect();
        } else if (accepted) { // it says no goodbye
            rest();
        } else {
            rest();
            failed("no answer within " + timeout().toMillis() + " ms");
        }
    }

    private void connect() {
        accepted = false;
        fd = checks.sockets().socket(address);
        int result = fd < 0 ? fd : checks.sockets().connect(fd, address);
        if (result == 0 && watch(Events.WRITE)) {
            timer.start(timeout());
            return;
        }
        boolean unreachable = fd >= 0 && result < 0 && !isShortage(-result);
        rest();
        if (unreachable) {
            failed(-result);
        }
    }

    /** Whether it is this system that has no room, or the backlog of who is there. */
    private static boolean isShortage(int errno) {
        return errno == Errno.EAGAIN || errno == Errno.ENOBUFS || errno == Errno.ENOMEM;
    }

    private void onReady() {
        if (accepted) {
            readGoodbye();
            return;
        }
        int errno = checks.sockets().connectResult(fd);
        if (errno != 0) {
            rest();
            failed(errno);
        } else if (checks.sockets().isConnected(fd)) {
            accepted = true;
            sayGoodbye();
            if (!retired) {
                checks.passed(backend); // which may retire this
            }
        }
    }

    private void sayGoodbye() {
        buffer.clear();
        checks.preface().write(fd, buffer);
        if (buffer.readable() > 0) {
            checks.sockets().write(fd, buffer); // to the empty buffer of a new socket
        }
        checks.sockets().shutdownWrite(fd);
        try {
            checks.loop().mod(fd, Events.READ);
            timer.start(GOODBYE.compareTo(interval()) < 0 ? GOODBYE : interval());
        } catch (ErrnoException e) { // ENOMEM
            rest();
        }
    }

    /** What a server says first is read: to close before would be a reset. */
    private void readGoodbye() {
        buffer.clear();
        int count = checks.sockets().read(fd, buffer);
        if (count == 0 || (count < 0 && count != -Errno.EAGAIN && count != -Errno.EINTR)) {
            rest();
        }
    }

    private boolean watch(int interest) {
        try {
            checks.loop().add(fd, interest, (fd, events, check) -> check.onReady(), this);
            return true;
        } catch (ErrnoException e) { // ENOMEM, ENOSPC
            return false;
        }
    }

    /** Until the next check, if there is one. */
    private void rest() {
        close();
        if (retired) {
            end();
            checks.retired(this);
        } else {
            timer.start(checks.jittered(interval(), JITTER_PERCENT));
        }
    }

    private void failed(int errno) {
        failed(Errno.description(errno) + " (" + Errno.name(errno) + ")");
    }

    private void failed(String why) {
        if (!retired) {
            checks.failed(backend, why);
        }
    }

    private void close() {
        if (fd < 0) {
            return;
        }
        try {
            checks.loop().del(fd);
        } catch (ErrnoException e) {
            // it was not added
        }
        checks.sockets().close(fd);
        fd = -1;
    }

    private Duration interval() {
        return checks.options().intervalOf(backend);
    }

    private Duration timeout() {
        Duration timeout = checks.options().timeout();
        return timeout.compareTo(interval()) < 0 ? timeout : interval();
    }
}
