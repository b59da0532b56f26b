package dev.eventloop.examples.c10k;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The server's ends of idle connections. */
final class IdleConnections implements AutoCloseable {
    private static final int POLL_MILLIS = 20;

    private final Sockets sockets = Sockets.system();
    private final int listenFd;
    private final FarEndProcess farEnd;
    private final EventLoop accepting = EventLoop.create();
    private final int[] fds;
    private int count;
    private String shortfall;

    /**
     * @param most the largest number of connections
     */
    IdleConnections(int most) throws IOException {
        fds = new int[most];
        listenFd =
                sockets.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ListenOptions.defaults());
        accepting.add(listenFd, Events.READ, (fd, events, self) -> self.accept(), this);
        farEnd = new FarEndProcess(sockets.localAddress(listenFd).getPort());
    }

    /** Grows to a total; if it stays below, {@link #shortfall} says why. */
    void grow(int wanted) throws IOException {
        farEnd.grow(wanted);
        while (count < wanted && !farEnd.hasAnswered()) {
            accepting.run(POLL_MILLIS);
        }
        List<String> answer = farEnd.answer();
        while (count < Integer.parseInt(answer.get(0))) {
            accepting.run(POLL_MILLIS);
        }
        if (answer.size() > 1) {
            shortfall = answer.get(1);
        }
    }

    private void accept() throws ErrnoException {
        while (count < fds.length) {
            int fd = sockets.accept(listenFd);
            if (fd < 0) {
                if (fd != -Errno.EAGAIN && fd != -Errno.ECONNABORTED && fd != -Errno.EINTR) {
                    throw new ErrnoException(
                            "accept",
                            -fd,
                            Errno.name(-fd),
                            "accept connection "
                                    + (count + 1)
                                    + ": "
                                    + Errno.description(-fd)
                                    + " ("
                                    + Errno.name(-fd)
                                    + ")");
                }
                return;
            }
            fds[count++] = fd;
        }
    }

    int count() {
        return count;
    }

    int fd(int index) {
        return fds[index];
    }

    /** Why there are fewer connections than wanted; null if there are not. */
    String shortfall() {
        return shortfall;
    }

    @Override
    public void close() {
        farEnd.close();
        accepting.close();
        for (int i = 0; i < count; i++) {
            sockets.close(fds[i]);
        }
        sockets.close(listenFd);
    }
}
