package dev.eventloop.net;

import dev.eventloop.libc.Errno;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A test with real sockets, which are closed after each test. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class SocketsCase {
    final Sockets sockets = newSockets();
    private final List<Integer> open = new ArrayList<>();

    /** The sockets under test. */
    Sockets newSockets() {
        return Sockets.system();
    }

    @AfterEach
    void closeEverything() {
        open.forEach(sockets::close);
    }

    int own(int fd) {
        if (fd < 0) {
            throw new AssertionError(Errno.name(-fd));
        }
        open.add(fd);
        return fd;
    }

    int[] own(int[] fds) {
        own(fds[0]);
        own(fds[1]);
        return fds;
    }

    void close(int fd) {
        open.remove((Integer) fd);
        sockets.close(fd);
    }

    void reset(int fd) {
        open.remove((Integer) fd);
        sockets.reset(fd);
    }

    int listener() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return own(sockets.listen(any, ListenOptions.defaults()));
    }

    /** A TCP connection: [0] is the connecting end, [1] the accepted one. */
    int[] connection() throws Exception {
        int listener = listener();
        int client = own(sockets.connect(sockets.localAddress(listener)));
        return new int[] {client, accept(listener)};
    }

    int accept(int listener) {
        return own(patiently(() -> sockets.accept(listener)));
    }

    /** Repeats a call while it returns -EAGAIN. */
    static int patiently(IntSupplier call) {
        int result = call.getAsInt();
        while (result == -Errno.EAGAIN) {
            LockSupport.parkNanos(100_000);
            result = call.getAsInt();
        }
        return result;
    }

    void send(int fd, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        int count = sockets.write(fd, bytes);
        if (count != text.length()) {
            throw new AssertionError("write: " + count);
        }
    }

    /** Reads the next bytes; empty at EOF. */
    String receive(int fd) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        int count = patiently(() -> sockets.read(fd, buffer));
        if (count < 0) {
            throw new AssertionError(Errno.name(-count));
        }
        return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
    }
}
