package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import java.time.Duration;

/**
 * Finds out who a client is, by its PROXY header where it has to send one, and whether it may come
 * in. What follows on that is {@link Dial}'s.
 */
final class Introduction {
    /** The specification asks for 3 s at least, in case a packet is lost and sent again. */
    private static final Duration HEADER_TIME = Duration.ofSeconds(5);

    private final Connection connection;
    private final Worker worker;
    private final Flow up;
    private final Timer timer;

    /** Null until there was one; whether it is of this connection. */
    private ProxyHeader header;

    private boolean hasHeader;

    /** Whether its source counts this connection. */
    private boolean isCounted;

    /**
     * @param up the flow that begins at the client
     * @param timer the connection's
     */
    Introduction(Connection connection, Worker worker, Flow up, Timer timer) {
        this.connection = connection;
        this.worker = worker;
        this.up = up;
        this.timer = timer;
    }

    void start() throws ErrnoException {
        Settings settings = worker.settings();
        hasHeader = settings.hasProxyHeader();
        if (!hasHeader) {
            admit();
            return;
        }
        if (header == null) {
            header = new ProxyHeader();
        }
        header.reset();
        if (settings.acceptProxyProtocol()) {
            timer.start(HEADER_TIME);
            up.watch(Events.READ);
        } else {
            introduce();
        }
    }

    /** There is something to read. */
    void onReady() throws ErrnoException {
        NativeBuffer buffer = worker.scratch();
        int count = worker.sockets().read(up.fd(), buffer);
        if (count > 0) {
            take(buffer);
        } else if (count == 0 && header.hasBegun()) {
            connection.refused(CloseReason.BAD_PROXY_HEADER);
        } else if (count == 0) {
            connection.left();
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            connection.refused(CloseReason.CLIENT_RESET);
        }
    }

    /** The header has not come in time. */
    void onTimer() {
        connection.refused(CloseReason.BAD_PROXY_HEADER);
    }

    private void take(NativeBuffer buffer) throws ErrnoException {
        switch (header.read(buffer)) {
            case MORE -> buffer.clear();
            case MALFORMED -> {
                buffer.clear();
                worker.log()
                        .debug(
                                "the PROXY header of {} is refused: {}",
                                connection.client(),
                                header.why());
                connection.refused(CloseReason.BAD_PROXY_HEADER);
            }
            case DONE -> {
                if (keepPayload(buffer)) {
                    timer.cancel();
                    up.unwatch(); // until there is a backend for what it has to say
                    introduce();
                } else {
                    connection.outOfMemory();
                }
            }
        }
    }

    /** False if there is no memory for it. */
    private boolean keepPayload(NativeBuffer buffer) {
        if (buffer.readable() == 0) {
            return true;
        }
        NativeBuffer payload = worker.keepScratch();
        if (payload != null) {
            up.beginWith(payload);
        }
        return payload != null;
    }

    /** The client is who its header says, or else who it seems to be. */
    private void introduce() throws ErrnoException {
        if (header.addresses().isKnown()) {
            connection.client().set(header.addresses());
        } else {
            header.completeWith(connection.client(), worker.localAddress(up.fd()));
        }
        admit();
    }

    private void admit() throws ErrnoException {
        ClientAddress client = connection.client();
        if (!worker.settings().rules().admit(client.high(), client.low())) {
            connection.refused(CloseReason.DENIED);
            return;
        }
        SourceLimits limits = worker.sourceLimits();
        if (limits.isLimited()) {
            isCounted = limits.acquire(client.high(), client.low(), worker.now());
            if (!isCounted) {
                connection.refused(CloseReason.SOURCE_LIMIT);
                return;
            }
        }
        connection.admitted();
    }

    /** Null where there is none. */
    ProxyHeader header() {
        return hasHeader ? header : null;
    }

    /** The connection has ended. */
    void end() {
        if (isCounted) {
            isCounted = false;
            ClientAddress client = connection.client();
            worker.sourceLimits().release(client.high(), client.low(), worker.now());
        }
    }
}
