package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.lb.frontend.Admission;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.preface.ClientHello;
import dev.eventloop.lb.preface.ProxyHeader;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The phase before the dial: reads the client's PROXY header, if it must send one; checks access
 * rules and limits; reads the TLS ClientHello, if there are routes; and so finds the pool. Keeps
 * the bytes after the PROXY header, which are relayed first.
 */
final class Preface {
    private static final Logger LOG = LoggerFactory.getLogger(Preface.class);

    private enum Step {
        PROXY_HEADER,
        CLIENT_HELLO,
        OVER
    }

    private final Connection connection;
    private final RelayContext context;

    private Step step = Step.OVER;

    /** Created on first use, and kept for later connections. */
    private ProxyHeader header;

    private boolean hasHeader;

    /** Null except while it is read. */
    private ClientHello hello;

    /** Read and not consumed; null for none. */
    private NativeBuffer bytes;

    /** Whether the client's socket is watched. */
    private boolean watched;

    /** The prefix that the client's source is counted under; {@link SourceLimits#UNCOUNTED}. */
    private int countedPrefix;

    Preface(Connection connection, RelayContext context) {
        this.connection = connection;
        this.context = context;
    }

    /** A client was accepted. */
    void start() throws ErrnoException {
        Frontend frontend = connection.frontend();
        watched = false;
        hasHeader =
                frontend.settings()
                        .expectsProxyHeader(connection.client().high(), connection.client().low());
        if (hasHeader) {
            beginHeader();
            step = Step.PROXY_HEADER;
            waitForClient();
        } else {
            admit();
        }
    }

    private void beginHeader() {
        if (header == null) {
            header = new ProxyHeader();
        }
        header.reset();
    }

    private void waitForClient() throws ErrnoException {
        if (!watched) {
            watched = true;
            connection.timer().start(connection.frontend().settings().prefaceTimeout());
            relay().watch(Direction.UP, Events.READ);
        }
    }

    /** The client's socket is readable. */
    void onReady() throws ErrnoException {
        NativeBuffer buffer = bytes == null ? context.memory().scratch() : bytes;
        if (buffer.writable() == 0) {
            buffer.compact(); // a long PROXY header was before these bytes
        }
        int count = context.sockets().read(relay().clientFd(), buffer);
        if (count > 0) {
            take(buffer);
        } else if (count == 0) {
            ended();
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            connection.abort(CloseReason.CLIENT_RESET);
        }
    }

    private void take(NativeBuffer buffer) throws ErrnoException {
        if (step == Step.PROXY_HEADER) {
            takeHeader(buffer);
        } else if (keep(buffer)) {
            readHello();
        }
    }

    private void takeHeader(NativeBuffer buffer) throws ErrnoException {
        switch (header.read(buffer)) {
            case MORE -> buffer.clear();
            case MALFORMED -> {
                LOG.debug(
                        "the PROXY header of {} is refused: {}", connection.client(), header.why());
                connection.abort(CloseReason.BAD_PROXY_HEADER);
            }
            case DONE -> {
                if (keep(buffer)) {
                    introduce();
                }
            }
        }
    }

    /** Keeps the bytes in the buffer, if any; false if there is no memory for them. */
    private boolean keep(NativeBuffer buffer) {
        if (buffer == bytes || buffer.readable() == 0) {
            return true;
        }
        connection.markSpoken();
        bytes = context.memory().keepScratch();
        if (bytes == null) {
            connection.outOfMemory();
        }
        return bytes != null;
    }

    /** Takes the address from the PROXY header, if it has one; else that of the socket stays. */
    private void introduce() throws ErrnoException {
        if (header.addresses().isKnown()) {
            connection.client().set(header.addresses());
        } else {
            header.completeWith(connection.client(), context.localAddress(relay().clientFd()));
        }
        admit();
    }

    private void admit() throws ErrnoException {
        Admission admission = connection.frontend().admission();
        long high = connection.client().high();
        long low = connection.client().low();
        if (!admission.allows(high, low)) {
            connection.abort(CloseReason.DENIED);
            return;
        }
        if (admission.hasLimits()) {
            int prefix = admission.acquire(high, low, context.now());
            if (prefix == SourceLimits.REFUSED) {
                connection.abort(CloseReason.SOURCE_LIMIT);
                return;
            }
            countedPrefix = prefix;
        }
        if (connection.frontend().routes().needsHello()) {
            beginHello();
        } else {
            route(connection.frontend().routes().find());
        }
    }

    private void beginHello() throws ErrnoException {
        hello = context.takeHello();
        step = Step.CLIENT_HELLO;
        if (bytes == null) {
            waitForClient();
        } else {
            readHello();
        }
    }

    private void readHello() throws ErrnoException {
        if (hello.read(bytes) == ClientHello.Progress.MORE) {
            waitForClient();
        } else {
            route(connection.frontend().routes().find(hello));
        }
    }

    /** The client sent EOF before its preface was complete. */
    private void ended() throws ErrnoException {
        if (step == Step.CLIENT_HELLO && bytes != null) {
            route(connection.frontend().routes().find());
        } else if (step == Step.PROXY_HEADER && header.hasBegun()) {
            connection.abort(CloseReason.BAD_PROXY_HEADER);
        } else {
            connection.end(CloseReason.CLIENT_CLOSED, false); // it only connected
        }
    }

    /** The preface timeout is over. */
    void onTimer() throws ErrnoException {
        if (step == Step.PROXY_HEADER) {
            connection.abort(CloseReason.BAD_PROXY_HEADER);
        } else if (bytes == null) {
            connection.abort(CloseReason.PREFACE_TIMEOUT);
        } else {
            route(connection.frontend().routes().find());
        }
    }

    /**
     * @param pool null for none
     */
    private void route(Pool pool) throws ErrnoException {
        if (pool == null) {
            connection.abort(CloseReason.NO_ROUTE);
            return;
        }
        if (watched) {
            connection.timer().cancel();
            relay().unwatch(Direction.UP); // until a backend has accepted
        }
        if (pool.settings().sendProxyProtocol() != null && !hasHeader) {
            hasHeader = true;
            beginHeader();
            header.completeWith(connection.client(), context.localAddress(relay().clientFd()));
        }
        if (bytes != null) {
            relay().beginWith(Direction.UP, bytes);
            bytes = null;
        }
        step = Step.OVER;
        giveHello();
        connection.routed(pool);
    }

    private void giveHello() {
        if (hello != null) {
            ClientHello given = hello;
            hello = null;
            context.giveHello(given);
        }
    }

    private Relay relay() {
        return connection.relay();
    }

    /** Null if there is none. */
    ProxyHeader header() {
        return hasHeader ? header : null;
    }

    /** The connection has ended. */
    void end() {
        step = Step.OVER;
        giveHello();
        if (bytes != null) {
            NativeBuffer dropped = bytes;
            bytes = null;
            context.memory().give(dropped);
        }
        if (countedPrefix != SourceLimits.UNCOUNTED) {
            int prefix = countedPrefix;
            countedPrefix = SourceLimits.UNCOUNTED;
            long high = connection.client().high();
            long low = connection.client().low();
            connection.frontend().admission().release(high, low, prefix);
        }
    }
}
