package dev.eventloop.testkit.kernel;

/** A socket of either kind: what the system calls do that are the same for both. */
abstract class Socket extends OpenFile {
    private final SocketOptions options;

    Socket(World world, SocketOptions options) {
        super(world);
        this.options = options;
    }

    /** bind(2). */
    abstract int bind(Endpoint address);

    /** The network has assigned the address. */
    abstract void bound(Endpoint address);

    /** connect(2). */
    abstract int connect(Endpoint target);

    /** shutdown(2). */
    abstract int shutdown(boolean reading, boolean writing);

    /** The address as getsockname(2) returns it. */
    abstract Endpoint local();

    /** The peer's address as getpeername(2) returns it; null if there is no connection. */
    abstract Endpoint remote();

    /** SO_ERROR: the pending error, which is cleared. */
    abstract int takeError();

    final SocketOptions options() {
        return options;
    }
}
