package dev.eventloop.lb.pool;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.lb.AbstractSockets;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import java.time.Duration;

/**
 * Checks one backend at an interval: it is healthy if it accepts a connection in time. The check
 * then sends a FIN and closes after the backend's FIN, because a RST for each check would fill the
 * backend's log (haproxy/haproxy#560).
 */
final class HealthCheck {
    private static final int JITTER_PERCENT = 10;

    /** How long to wait for the backend's FIN before closing. */
    private static final Duration FIN_TIMEOUT = Duration.ofSeconds(1);

    private final Backend backend;
    private final HealthChecks checks;
    private final NativeAddress address;
    private final Timer timer;
    private int fd = -1;

    /** Whether it counts among those that run. */
    private boolean hasSlot;

    /** Whether the backend accepted; only the close handshake is left. */
    private boolean accepted;

    /** Whether to end after the check that is running. */
    private boolean retired;

    HealthCheck(Backend backend, HealthChecks checks) {
        this.backend = backend;
        this.checks = checks;
        this.address = AbstractSockets.encode(backend.socketAddress());
        this.timer = checks.loop().newTimer(this::onTimer);
    }

    /** Schedules the first check at a random time within the first interval. */
    void begin() {
        Duration half = interval().dividedBy(2);
        timer.start(checks.jittered(half, 100));
    }

    /** Reschedules the next check, which may be hours away, within the new interval. */
    void intervalChanged() {
        if (fd < 0 && !hasSlot) { // with a slot it begins at once
            begin();
        }
    }

    /**
     * Stops checking. Returns true if a check is running: its result is dropped, but it still
     * closes with FINs, then {@link HealthChecks#retired} is called.
     */
    boolean retire() {
        retired = fd >= 0;
        if (!retired) {
            end();
        }
        return retired;
    }

    void end() {
        timer.cancel();
        checks.slots().forget(this);
        close();
        address.close();
    }

    /** Called when another check has ended, and this one may begin: not from within the other. */
    void hasSlot() {
        hasSlot = true;
        timer.start(Duration.ZERO);
    }

    /** Closes without the backend's FIN, since another check needs the slot. */
    void closeEarly() {
        finish();
    }

    private void onTimer() {
        if (fd < 0) {
            hasSlot = hasSlot || checks.slots().take(this);
            if (hasSlot) {
                connect();
            }
        } else if (accepted) { // no FIN from the backend
            finish();
        } else {
            finish();
            failed("no answer within " + timeout().toMillis() + " ms");
        }
    }

    private void connect() {
        accepted = false;
        int result = checks.connector().open(address, backend.mayMeetItself());
        fd = Math.max(result, -1);
        if (fd >= 0 && watch(Events.WRITE)) {
            timer.start(timeout());
            return;
        }
        finish();
        if (result < 0 && result != -Errno.EAGAIN) {
            couldNotConnect(-result);
        }
    }

    /** EAGAIN is a full backlog of a unix-domain socket, which does not say that it is down. */
    private void couldNotConnect(int errno) {
        if (LocalErrors.isLocal(errno, address)) {
            checks.couldNotCheck(backend, errno);
        } else {
            failed(errno);
        }
    }

    private void onReady() {
        if (accepted) {
            readUntilFin();
            return;
        }
        int errno = checks.sockets().connectResult(fd);
        if (errno != 0) {
            finish();
            failed(errno);
        } else if (checks.sockets().isConnected(fd)) {
            accepted = true;
            sendFin();
            if (!retired) {
                checks.passed(backend); // which may retire this check
            }
        }
    }

    private void sendFin() {
        NativeBuffer buffer = checks.emptyBuffer();
        checks.preface().write(fd, buffer);
        if (buffer.readable() > 0) {
            checks.sockets().write(fd, buffer); // fits the empty send buffer of a new socket
        }
        checks.sockets().shutdownWrite(fd);
        try {
            checks.loop().mod(fd, Events.READ);
            timer.start(FIN_TIMEOUT.compareTo(interval()) < 0 ? FIN_TIMEOUT : interval());
            checks.slots().lingers(this);
        } catch (ErrnoException e) { // ENOMEM
            finish();
        }
    }

    /** Reads and drops a server's greeting: closing with unread data would send a RST. */
    private void readUntilFin() {
        int count = checks.sockets().read(fd, checks.emptyBuffer());
        if (count == 0 || (count < 0 && count != -Errno.EAGAIN && count != -Errno.EINTR)) {
            finish();
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

    /** Closes, and schedules the next check unless this check is retired. */
    private void finish() {
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
        if (fd >= 0) {
            closeSocket();
        }
        if (hasSlot) {
            hasSlot = false;
            checks.slots().give(this);
        }
    }

    private void closeSocket() {
        try {
            checks.loop().del(fd);
        } catch (ErrnoException e) {
            // the loop does not have it
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
