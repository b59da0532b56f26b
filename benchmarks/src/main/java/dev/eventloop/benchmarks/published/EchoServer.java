package dev.eventloop.benchmarks.published;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Echoes its input: level-triggered, or edge-triggered in one of two ways. */
final class EchoServer {
    /** The trigger mode, and when a callback stops reading. */
    enum Trigger {
        /** One read per event; the next wait reports what is left. */
        LEVEL,

        /** Reads until EAGAIN, as epoll(7) recommends. */
        EDGE,

        /** Reads until a read returns fewer bytes than fit: then there are no more. */
        EDGE_SHORT_READ
    }

    private static final int BACKLOG = 4096;
    private static final int MOST_ACCEPTED = 8;
    private static final int FREE_BUFFERS = 1024;

    private final Sockets sockets = Sockets.system();
    private final EventLoop loop;
    private final Trigger trigger;
    private final BufferPool pool;
    private final int listener;
    private final EventCallback<Session> onSession = (fd, events, session) -> session.onEvent(this);

    EchoServer(String backend, Trigger trigger, int bufferSize) throws IOException {
        this.trigger = trigger;
        this.pool = new BufferPool(bufferSize, FREE_BUFFERS);
        loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
        listener =
                sockets.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ListenOptions.defaults().backlog(BACKLOG).noDelay(true));
        loop.add(listener, Events.READ, (fd, events, none) -> accept(), null);
    }

    int port() {
        return sockets.localAddress(listener).getPort();
    }

    void runUntilStopped() throws IOException {
        loop.runUntilStopped();
    }

    /** Callable from any thread. */
    void stop() {
        loop.stop();
    }

    private void accept() throws ErrnoException {
        for (int i = 0; i < MOST_ACCEPTED; i++) {
            int fd = sockets.accept(listener);
            if (fd < 0) {
                return;
            }
            int interest =
                    trigger == Trigger.LEVEL
                            ? Events.READ
                            : Events.READ | Events.WRITE | Events.EDGE;
            loop.add(fd, interest, onSession, new Session(fd));
        }
    }

    /** One client. */
    private static final class Session {
        private final int fd;

        /** Bytes not sent yet; null for none. */
        private NativeBuffer pending;

        Session(int fd) {
            this.fd = fd;
        }

        void onEvent(EchoServer server) throws ErrnoException {
            boolean isLevel = server.trigger == Trigger.LEVEL;
            boolean hadPending = pending != null;
            if (!flush(server)) {
                return;
            }
            if (hadPending && isLevel) {
                server.loop.mod(fd, Events.READ);
                return;
            }
            NativeBuffer buffer = server.pool.take();
            try {
                boolean more;
                do {
                    int count = server.sockets.read(fd, buffer);
                    if (count <= 0) {
                        if (count != -Errno.EAGAIN) {
                            end(server);
                        }
                        return;
                    }
                    more =
                            server.trigger == Trigger.EDGE
                                    || (!isLevel && count == buffer.capacity());
                    server.sockets.write(fd, buffer);
                    if (buffer.readable() > 0) {
                        pending = buffer;
                        buffer = null;
                        if (isLevel) {
                            server.loop.mod(fd, Events.WRITE);
                        }
                        return;
                    }
                } while (more);
            } finally {
                if (buffer != null) {
                    server.pool.give(buffer);
                }
            }
        }

        /** Returns false if bytes are left. */
        private boolean flush(EchoServer server) {
            if (pending == null) {
                return true;
            }
            server.sockets.write(fd, pending);
            if (pending.readable() > 0) {
                return false;
            }
            server.pool.give(pending);
            pending = null;
            return true;
        }

        private void end(EchoServer server) throws ErrnoException {
            server.loop.delBeforeClose(fd);
            server.sockets.close(fd);
            if (pending != null) {
                server.pool.give(pending);
                pending = null;
            }
        }
    }
}
