package dev.eventloop.lb.chaos;

/**
 * What a client knows when its connection has ended.
 *
 * @param port its own; 0 if the reset came before connect(2) had returned
 * @param server the first byte, which is the name of the backend; a dash if none came
 * @param began when it connected, by nanoTime
 * @param ended by nanoTime
 * @param sent how many bytes the system took, the request included
 * @param received how many bytes came, the backend's name included
 */
record Account(
        Request request,
        int port,
        char server,
        long began,
        long ended,
        long sent,
        long received,
        End end,
        String fault) {
    enum End {
        /** Everything was sent and received, and both sides sent FIN. */
        WHOLE,
        /** The client has reset the connection, as it had planned. */
        LEFT,
        /** The client got a RST. */
        RESET,
        /** A FIN without a single byte: the backend died before it could say anything. */
        EMPTY,
        /** Something that must never happen; the fault says what. */
        WRONG
    }

    long nanos() {
        return ended - began;
    }
}
