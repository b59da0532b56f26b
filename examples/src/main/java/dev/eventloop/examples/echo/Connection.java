package dev.eventloop.examples.echo;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;

/**
 * One client. What is read is written at once, from the buffer that all connections share; only
 * what a slow reader does not take is kept, and then nothing more is read until it is gone. So an
 * idle connection holds no buffer, and a blocked one exactly one.
 */
final class Connection {
    /** One for all of them: the loop hands over which connection it is. */
    private static final EventCallback<Connection> READY = (fd, events, self) -> self.onReady();

    private final EchoServer server;
    private final Trigger trigger;
    private final int fd;
    private int interest;

    /** Read and not yet written; null while the reader keeps up. */
    private NativeBuffer pending;

    Connection(EchoServer server, Trigger trigger, int fd) {
        this.server = server;
        this.trigger = trigger;
        this.fd = fd;
    }

    void open() throws ErrnoException {
        interest = trigger.interest(false);
        server.loop().add(fd, interest, READY, this);
    }

    /**
     * Which events it were does not matter: writing comes first, and reading after it. That the fd
     * became readable may have been said while nothing was to be read, and edge-triggered it is not
     * said again.
     */
    private void onReady() throws ErrnoException {
        if (pending == null || flush()) {
            echo();
        }
    }

    private void echo() throws ErrnoException {
        for (int reads = 0; reads < trigger.readsPerTurn; reads++) {
            NativeBuffer buffer = server.buffer();
            int count = server.sockets().read(fd, buffer);
            if (count == -Errno.EAGAIN) {
                return;
            }
            if (count <= 0) {
                // The end: all has been written, or it would not have been read. Or a reset.
                close();
                return;
            }
            server.statistics().echoed(count);
            if (!write(buffer)) {
                return;
            }
        }
        if (trigger == Trigger.EDGE) {
            server.loop().mod(fd, interest); // there may be more, and that has been said already
        }
    }

    /** Whether all was written. If not, the rest is kept until there is room. */
    private boolean write(NativeBuffer buffer) throws ErrnoException {
        int count = writeUntilBlocked(buffer);
        if (buffer.readable() == 0) {
            return true;
        }
        if (count == -Errno.EAGAIN) {
            pending = server.keepBuffer();
            watch();
        } else {
            close(); // EPIPE or ECONNRESET: there is nobody to write to
        }
        return false;
    }

    /** Whether all that was pending is written now. */
    private boolean flush() throws ErrnoException {
        int count = writeUntilBlocked(pending);
        if (pending.readable() > 0) {
            if (count != -Errno.EAGAIN) {
                close();
            }
            return false;
        }
        server.giveBack(pending);
        pending = null;
        watch();
        return true;
    }

    /** Only after EAGAIN it is certain that the kernel will say when there is room. */
    private int writeUntilBlocked(NativeBuffer buffer) {
        int count;
        do {
            count = server.sockets().write(fd, buffer);
        } while (count > 0 && buffer.readable() > 0);
        return count;
    }

    private void watch() throws ErrnoException {
        int wanted = trigger.interest(pending != null);
        if (wanted != interest) {
            server.loop().mod(fd, wanted);
            interest = wanted;
        }
    }

    /** Ends it with a FIN, once everything that was written has arrived. */
    void close() throws ErrnoException {
        server.loop().delBeforeClose(fd);
        server.sockets().close(fd);
        if (pending != null) {
            server.giveBack(pending);
            pending = null;
        }
        server.closed(this);
    }
}
