package dev.eventloop.testkit.kernel;

/** Errors and delays that kernels cause now and then, and that programs must handle. */
public enum Fault {
    /** A wait fails with EINTR. */
    INTERRUPTED_WAIT,

    /** accept, connect, send or recv fails with EINTR. */
    INTERRUPTED,

    /** accept, send or recv fails with EAGAIN although the fd is ready. */
    AGAIN,

    /** send or recv moves fewer bytes than it could. */
    SHORT_TRANSFER,

    /** The network resets an established connection: ECONNRESET at both ends. */
    RESET,

    /** A connection is reset before it is accepted: ECONNABORTED. */
    ABORTED,

    /** connect fails with ECONNREFUSED. */
    REFUSED,

    /** socket or accept fails with EMFILE. */
    OUT_OF_FILES,

    /** socket, accept or connect fails with ENOBUFS. */
    OUT_OF_BUFFERS,

    /** A datagram is lost on its way. */
    LOST,

    /** The system refuses memory for a buffer: ENOMEM. */
    OUT_OF_MEMORY,

    /** A wait reports an fd that is not ready. */
    SPURIOUS,

    /** A wait reports ready fds in random order. */
    SHUFFLED
}
