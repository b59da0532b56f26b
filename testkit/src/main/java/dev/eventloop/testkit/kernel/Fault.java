package dev.eventloop.testkit.kernel;

/** What kernels do now and then, and programs forget. */
public enum Fault {
    /** A wait answers EINTR. */
    INTERRUPTED_WAIT,

    /** accept, connect, send or recv answers EINTR. */
    INTERRUPTED,

    /** accept, send or recv answers EAGAIN though it need not. */
    AGAIN,

    /** send or recv moves fewer bytes than it could. */
    SHORT_TRANSFER,

    /** The network resets a connection while it is used: ECONNRESET at both ends. */
    RESET,

    /** A connection is gone by the time that it is accepted: ECONNABORTED. */
    ABORTED,

    /** connect answers ECONNREFUSED. */
    REFUSED,

    /** socket or accept answers EMFILE. */
    OUT_OF_FILES,

    /** socket, accept or connect answers ENOBUFS. */
    OUT_OF_BUFFERS,

    /** The system refuses memory for a buffer: ENOMEM. */
    OUT_OF_MEMORY,

    /** A wait reports something that is not ready. */
    SPURIOUS,

    /** A wait reports what is ready in an order of its own. */
    SHUFFLED
}
