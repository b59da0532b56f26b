package dev.eventloop.lb;

import java.util.Locale;

/** Why a connection ended; each has exactly one. The same word everywhere: {@link #toString}. */
public enum CloseReason {
    /** Both sides ended, the client first. */
    CLIENT_CLOSED,
    /** Both sides ended, the backend first. */
    BACKEND_CLOSED,
    /** The client sent a reset, or could not be reached any more. */
    CLIENT_RESET,
    /** The backend sent a reset, or could not be reached any more. */
    BACKEND_RESET,
    /** The last backend that was tried refused. */
    CONNECT_REFUSED,
    /** The last backend that was tried did not answer in time. */
    CONNECT_TIMEOUT,
    /** No byte moved for the idle timeout. */
    IDLE_TIMEOUT,
    /** One side had ended, and no byte moved for the half-close timeout. */
    HALF_CLOSE_TIMEOUT,
    /** No backend could be connected to, for another reason than the two above. */
    NO_BACKEND,
    /** Open for longer than a connection may be. */
    MAX_AGE,
    /** Its backend went down, and connections were to be closed then. */
    BACKEND_DOWN,
    /** Its source address is not allowed, or is denied. */
    DENIED,
    /** Its source has too many connections, or opens them too fast. */
    SOURCE_LIMIT,
    /** No route is for what it sent first, and its frontend has no default pool. */
    NO_ROUTE,
    /** It sent nothing within the preface timeout, where a route depends on what it sends. */
    PREFACE_TIMEOUT,
    /** It did not begin with a PROXY header, or not in time. */
    BAD_PROXY_HEADER,
    /** The system had no memory for its bytes, or the heap none for its objects. */
    OUT_OF_MEMORY,
    /** A call failed that does not fail on a healthy system, or a bug; the log says which. */
    INTERNAL_ERROR,
    /** Closed by the operator. */
    KILLED,
    /** Still open when the time for draining was over. */
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
