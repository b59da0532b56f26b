package dev.eventloop.lb;

import java.util.Locale;

/**
 * Why a connection ended; each connection has exactly one reason. Logs, metrics and the admin API
 * use the same word: {@link #toString}.
 */
public enum CloseReason {
    /** Both sides sent FIN, the client first; or the client closed before it was routed. */
    CLIENT_CLOSED,
    /** Both sides sent FIN, the backend first. */
    BACKEND_CLOSED,
    /** The client sent a RST, or became unreachable. */
    CLIENT_RESET,
    /** The backend sent a RST, or became unreachable. */
    BACKEND_RESET,
    /** The last backend that was tried refused the connection. */
    CONNECT_REFUSED,
    /** The last backend that was tried did not accept within the connect timeout. */
    CONNECT_TIMEOUT,
    /** No byte moved for the idle timeout. */
    IDLE_TIMEOUT,
    /** After a FIN from one side no byte moved for the half-close timeout. */
    HALF_CLOSE_TIMEOUT,
    /**
     * No backend could be connected to, for a reason other than a refusal or a timeout, or all were
     * full.
     */
    NO_BACKEND,
    /**
     * This machine could not connect for the connect timeout: it had no file descriptor, no local
     * port or no route, or its firewall refused; the log says which.
     */
    LOCAL_ERROR,
    /** The connection reached its maximum age. */
    MAX_AGE,
    /** Its backend went down, and {@link PoolOptions#closeWhenBackendFails} is set. */
    BACKEND_DOWN,
    /**
     * Its backend is a backup, a primary is up again, and {@link
     * PoolOptions#closeBackupsWhenPrimaryIsUp} is set.
     */
    PRIMARY_UP,
    /** Its source address is not allowed, or is denied. */
    DENIED,
    /** Its source has too many connections, or opens them too fast. */
    SOURCE_LIMIT,
    /** No route matches the first bytes it sent, and its frontend has no default pool. */
    NO_ROUTE,
    /** It sent nothing within the preface timeout, and its frontend has routes by ClientHello. */
    PREFACE_TIMEOUT,
    /** It did not start with a valid PROXY header within the preface timeout. */
    BAD_PROXY_HEADER,
    /** The system had no memory for its bytes, or the heap had no room for its objects. */
    OUT_OF_MEMORY,
    /** A system call failed unexpectedly, or there is a bug; the log says which. */
    INTERNAL_ERROR,
    /** Closed by the operator. */
    KILLED,
    /** Closed by a drain, in the last tenth of its time or at its end. */
    DRAINED,
    /** Still open when the load balancer was closed. */
    SHUTDOWN;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** {@code "client-closed"} and so on. */
    @Override
    public String toString() {
        return word;
    }
}
