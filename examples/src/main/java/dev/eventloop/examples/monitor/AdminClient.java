package dev.eventloop.examples.monitor;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A non-blocking HTTP client for one request at a time: connects, writes, and reads to EOF.
 * Confined to the loop's thread.
 */
final class AdminClient implements AutoCloseable {
    /** Receives the results: one call per request, unless the client is closed. */
    interface Listener {
        /** Called with a complete answer. */
        void answered(int status, String body);

        /** Called on failure, with a sentence. */
        void failed(String why);
    }

    private static final int NONE = -1;
    private static final int MOST = 16 * 1024 * 1024;
    private static final String HEAD_END = "\r\n\r\n";

    private final EventLoop loop;
    private final Sockets sockets;
    private final AdminPort port;
    private final Duration patience;
    private final Listener listener;
    private final Timer timer;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(16 * 1024);
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    private int fd = NONE;
    private boolean connected;
    private ByteBuffer unsent;

    AdminClient(
            EventLoop loop, Sockets sockets, AdminPort port, Duration patience, Listener listener) {
        this.loop = loop;
        this.sockets = sockets;
        this.port = port;
        this.patience = patience;
        this.listener = listener;
        this.timer =
                loop.newTimer(() -> fail("did not answer within " + patience.toSeconds() + " s"));
    }

    boolean isBusy() {
        return fd != NONE;
    }

    /** Requests a path. */
    void get(String path) {
        answer.reset();
        connected = false;
        unsent = ByteBuffer.wrap(port.request(path).getBytes(StandardCharsets.ISO_8859_1));
        try {
            fd = sockets.connect(port.address());
            timer.start(patience);
            loop.add(fd, Events.WRITE, (ready, events, client) -> client.ready(), this);
        } catch (ErrnoException e) {
            fail(Errno.description(e.errno()));
        }
    }

    private void ready() throws ErrnoException {
        if (!connected) {
            int errno = sockets.connectResult(fd);
            if (errno != 0) {
                fail(Errno.description(errno));
                return;
            }
            connected = sockets.isConnected(fd);
            if (!connected) {
                return; // readiness may be spurious
            }
        }
        if (unsent.hasRemaining()) {
            send();
        } else {
            receive();
        }
    }

    private void send() throws ErrnoException {
        int count = sockets.write(fd, unsent);
        if (isFailure(count)) {
            fail(Errno.description(-count));
        } else if (!unsent.hasRemaining()) {
            loop.mod(fd, Events.READ);
        }
    }

    private void receive() {
        int count = sockets.read(fd, chunk.clear());
        if (count > 0) {
            byte[] bytes = new byte[count];
            chunk.flip().get(bytes);
            answer.writeBytes(bytes);
            if (answer.size() > MOST) {
                fail("sent too long an answer");
            }
        } else if (count == 0) {
            complete();
        } else if (isFailure(count)) {
            fail(Errno.description(-count));
        }
    }

    private static boolean isFailure(int count) {
        return count < 0 && count != -Errno.EAGAIN && count != -Errno.EINTR;
    }

    private void complete() {
        String text = answer.toString(StandardCharsets.UTF_8);
        int end = text.indexOf(HEAD_END);
        if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] [0-9]{3} .*")) {
            fail(
                    text.isEmpty()
                            ? "closed the connection without an answer"
                            : "did not answer in HTTP");
            return;
        }
        int status = Integer.parseInt(text.substring(9, 12));
        close();
        listener.answered(status, text.substring(end + HEAD_END.length()));
    }

    private void fail(String why) {
        close();
        listener.failed(why);
    }

    /** Cancels the current request without a report. */
    @Override
    public void close() {
        timer.cancel();
        if (fd != NONE) {
            try {
                loop.delBeforeClose(fd);
            } catch (ErrnoException e) {
                // it was not registered
            }
            sockets.close(fd);
            fd = NONE;
        }
    }
}
