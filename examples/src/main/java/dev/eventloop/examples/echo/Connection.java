package dev.eventloop.examples.echo;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;

/**
 * One client. The bytes read are written at once, from the buffer that all connections share. If
 * the client does not accept all of them, the connection keeps the buffer with the rest and stops
 * reading until the rest is written. So an idle connection holds no buffer, and a blocked one
 * exactly one.
 */
final class Connection {
    /** One callback for all connections: the loop passes the connection as attachment. */
    private static final EventCallback<Connection> READY = (fd, events, self) -> self.onReady();

    private final EchoServer server;
    private final Trigger trigger;
    private final int fd;
    private int interest;

    /** Bytes read and not yet written; null while the client keeps up. */
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
     * Handles any event the same way: writes first, then reads. While blocked, the connection does
     * not read, so it may have ignored a READ edge, which the kernel does not report again.
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
                // EOF, when everything has been written, since only then it reads. Or a reset.
                close();
                return;
            }
            server.statistics().echoed(count);
            if (!write(buffer)) {
                return;
            }
        }
        if (trigger == Trigger.EDGE) {
            server.loop().mod(fd, interest); // re-arm: there may be more bytes, whose edge is past
        }
    }

    /** Returns whether everything was written; if not, keeps the rest until there is room. */
    private boolean write(NativeBuffer buffer) throws ErrnoException {
        int count = writeUntilBlocked(buffer);
        if (buffer.readable() == 0) {
            return true;
        }
        if (count == -Errno.EAGAIN) {
            pending = server.keepBuffer();
            watch();
        } else {
            close(); // EPIPE or ECONNRESET: the client is gone
        }
        return false;
    }

    /** Returns whether all pending bytes are written now. */
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

    /** The kernel reports new room only after EAGAIN, so this writes until then. */
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

    /** Closes the connection; FIN follows the last byte. */
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
