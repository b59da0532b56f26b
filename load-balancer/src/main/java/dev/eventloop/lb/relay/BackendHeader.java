package dev.eventloop.lb.relay;

import dev.eventloop.lb.preface.ProxyHeader;

/** The PROXY header that a backend gets, if its pool sends one. It is part of connecting. */
final class BackendHeader {
    private final Connection connection;
    private final RelayContext context;

    BackendHeader(Connection connection, RelayContext context) {
        this.connection = connection;
        this.context = context;
    }

    /** Whether the backend gets one. */
    boolean isWanted() {
        return connection.pool().settings().sendProxyProtocol() != null && header() != null;
    }

    /** Another backend is connected to. */
    void begin(int fd) {
        if (isWanted()) {
            // or Nagle delays the client's bytes behind the header
            context.sockets().tryNoDelay(fd);
            header().rewind();
        }
    }

    /** Sends it, or the rest: 0 when the backend has all of it, -EAGAIN, or another -errno. */
    int send() {
        if (!isWanted()) {
            return 0;
        }
        return header().send(
                        connection.pool().settings().sendProxyProtocol(),
                        context.sockets(),
                        connection.relay().backendFd(),
                        context.memory().scratch());
    }

    private ProxyHeader header() {
        return connection.header();
    }
}
