package dev.eventloop.lb.runtime;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.Names;
import dev.eventloop.lb.WarningPace;
import dev.eventloop.lb.frontend.Bind;
import dev.eventloop.lb.frontend.ClientSlots;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.frontend.ListenSockets;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the clients of a frontend at one address, on one worker. While there is no room for
 * another client it does not watch its listener: the kernel does not refuse new connections but
 * keeps them in its backlog.
 */
final class Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /** A burst of new connections must not starve the open ones. */
    private static final int ACCEPTS_PER_TURN = 8;

    /** Longer than a round trip, so that a handshake that has begun can complete. */
    private static final Duration HANDSHAKE_TIME = Duration.ofMillis(100);

    private final Worker worker;
    private Bind bind;
    private Frontend frontend;
    private ClientSlots slots;
    private final AcceptPause pause;
    private final WarningPace slotWarnings = new WarningPace();
    private final NativeAddress peer = new NativeAddress();
    private final Timer closeTimer;
    private final ListenSockets listeners;
    private final int number;

    /** -1 once it is closed. */
    private int listenFd;

    /** The interest in the listener. */
    private final int interest;

    private boolean paused;
    private boolean closing;

    /**
     * @param listeners of which the worker has taken its one
     * @param number of the worker
     */
    Acceptor(Worker worker, Bind bind, ListenSockets listeners, int number, AcceptPause pause) {
        this.worker = worker;
        this.bind = bind;
        this.frontend = bind.frontend();
        this.listeners = listeners;
        this.number = number;
        this.listenFd = listeners.fd(number);
        this.pause = pause;
        this.slots = frontend.slots();
        boolean exclusive =
                frontend.settings().acceptMode() == AcceptMode.EXCLUSIVE
                        && worker.loop().capabilities().contains(Capability.EXCLUSIVE);
        this.interest = exclusive ? Events.READ | Events.EXCLUSIVE : Events.READ;
        this.closeTimer = worker.loop().newTimer(this::finishClosing);
    }

    void open() throws ErrnoException {
        watch();
    }

    private void watch() throws ErrnoException {
        worker.loop().add(listenFd, interest, (fd, events, self) -> self.accept(), this);
    }

    private void accept() {
        for (int i = 0; i < ACCEPTS_PER_TURN && !paused && listenFd >= 0; i++) {
            if (!closing && !slots.take()) {
                warnOfSlots();
                pause();
                return;
            }
            if (closing) {
                slots.takeAnyway();
            }
            int result = acceptOne();
            if (result < 0) {
                if (worker.pauseIfOutOfDescriptors(result) || !isAborted(result)) {
                    return;
                }
            }
        }
    }

    private void warnOfSlots() {
        if (!slotWarnings.claim(worker.loop().nanoTime())) {
            return;
        }
        ClientSlots used = slots.usedUp();
        LOG.warn(
                "accepting for frontend {} pauses: {} clients are connected, {}; others wait",
                frontend.name(),
                used.count(),
                frontend.settings().maxClients() == used.count()
                        ? "the limit of its max-clients"
                        : "as many as the limit of open files (ulimit -n) allows to all frontends"
                                + " together");
    }

    /** With a slot, which goes back unless it is needed. */
    private int acceptOne() {
        int fd = -1;
        try {
            fd = worker.sockets().accept(listenFd, peer);
        } finally { // whatever it throws
            if (fd < 0) {
                slots.give();
            }
        }
        if (fd >= 0) {
            worker.accepted(bind, fd, peer);
        }
        return fd;
    }

    /** Only this connection was aborted in the backlog; the next may be fine: accept(2). */
    private static boolean isAborted(int result) {
        return result == -Errno.ECONNABORTED || result == -Errno.EINTR;
    }

    /** Stops watching the listener until {@link #resume}. */
    void pause() {
        if (paused || listenFd < 0) {
            return;
        }
        paused = true;
        try {
            worker.loop().del(listenFd); // not a mod: EPOLLEXCLUSIVE allows none, epoll_ctl(2)
        } catch (ErrnoException e) {
            LOG.error("cannot pause the listener on {}", Names.of(bind.address()), e);
        }
    }

    /** There may be room again. */
    void resume() {
        if (!paused || listenFd < 0) {
            return;
        }
        if (pause.isClaimed()) {
            pause.tryLater();
            return;
        }
        try {
            watch();
            paused = false;
        } catch (ErrnoException e) {
            LOG.error("cannot resume the listener on {}", Names.of(bind.address()), e);
            pause.tryLater();
        }
    }

    /**
     * Closes as {@link #startClosing} does, or at once if another process has the socket, too: that
     * one takes what is in the backlog, and must get new handshakes.
     *
     * @param handedOver addresses whose sockets another process has by now
     */
    void drain(Set<InetSocketAddress> handedOver) {
        if (handedOver.contains(bind.address())) {
            abort();
        } else {
            startClosing();
        }
    }

    /**
     * Drops new handshakes, but accepts the connections whose handshake has begun, if need be
     * beyond the limit of clients: closing the listener now would reset those in the backlog.
     * Closes it {@link #HANDSHAKE_TIME} later at the earliest.
     */
    void startClosing() {
        if (closing || listenFd < 0) {
            return;
        }
        closing = true;
        worker.sockets().dropHandshakes(listenFd);
        resume();
        closeTimer.start(HANDSHAKE_TIME);
    }

    /** Closes once the backlog is empty; without descriptors, only after connections end. */
    private void finishClosing() {
        int result = 0;
        while (!pause.isClaimed()) {
            slots.takeAnyway();
            result = acceptOne();
            if (result < 0 && !isAborted(result)) {
                break;
            }
        }
        if (pause.isClaimed() || worker.pauseIfOutOfDescriptors(result) || !tryClose()) {
            closeTimer.start(HANDSHAKE_TIME);
        } else {
            worker.listenerClosed(this);
        }
    }

    /** Closes, unless another frontend is about to take the listener over. */
    private boolean tryClose() {
        pause(); // another worker's duplicate fd may keep the listener open
        if (!listeners.tryClose(number)) {
            return false;
        }
        listenFd = -1;
        return true;
    }

    /** Accepts for another frontend from now on, even if it was about to close. */
    void rebind(Bind bind) {
        this.bind = bind;
        frontend = bind.frontend();
        slots = frontend.slots();
        if (closing) {
            closing = false;
            closeTimer.cancel();
            worker.sockets().takeHandshakes(listenFd);
        }
        resume(); // the other frontend may have room
    }

    boolean isOf(ListenSockets listeners) {
        return this.listeners == listeners && listenFd >= 0;
    }

    boolean isOf(Frontend frontend) {
        return this.frontend == frontend;
    }

    boolean isClosed() {
        return listenFd < 0;
    }

    /** Closes. */
    void abort() {
        if (listenFd < 0) {
            return;
        }
        closeTimer.cancel();
        pause();
        listeners.close(number);
        listenFd = -1;
    }

    void free() {
        peer.close();
    }
}
