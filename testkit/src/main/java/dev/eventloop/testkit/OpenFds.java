package dev.eventloop.testkit;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** Real sockets, pipes and files of one test; {@link #close()} closes those that are left. */
public final class OpenFds implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000;

    private final POSIX posix = POSIXFactory.getNativePOSIX();
    private final Sockets sockets = Sockets.system();
    private final BitSet open = new BitSet();

    /** How many files this process has open; two calls of it count the same way. */
    public static int count() {
        String[] numbers = new File("/proc/self/fd").list();
        if (numbers == null) { // not Linux
            numbers = new File("/dev/fd").list();
        }
        if (numbers == null) {
            throw new IllegalStateException("cannot tell which files are open");
        }
        return numbers.length;
    }

    /** The calls that make and use sockets. */
    public Sockets sockets() {
        return sockets;
    }

    /** From now on this object's to close. */
    public synchronized int own(int fd) {
        if (fd < 0) {
            throw new IllegalStateException("no fd but " + Errno.name(-fd));
        }
        open.set(fd);
        return fd;
    }

    /** Two connected stream sockets of the unix domain: a write is there to be read at once. */
    public int[] pair() throws ErrnoException {
        return own(sockets.pair());
    }

    /** A pipe: [0] is read from, [1] is written to. */
    public int[] pipe() throws ErrnoException {
        return own(sockets.pipe());
    }

    /** Listens on a free port of the loopback interface. */
    public int listener() throws ErrnoException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return own(sockets.listen(address, ListenOptions.defaults()));
    }

    /** Begins to connect to a listener. */
    public int connect(int listener) throws ErrnoException {
        return own(sockets.connect(sockets.localAddress(listener)));
    }

    /** Waits for a connection. */
    public int accept(int listener) {
        int fd = sockets.accept(listener);
        while (fd == -Errno.EAGAIN) {
            LockSupport.parkNanos(PAUSE_NANOS);
            fd = sockets.accept(listener);
        }
        return own(fd);
    }

    /** A TCP connection: [0] has connected, [1] was accepted. */
    public int[] connection() throws ErrnoException {
        int listener = listener();
        int client = connect(listener);
        int server = accept(listener);
        close(listener);
        return new int[] {client, server};
    }

    /** dup(2). */
    public int duplicate(int fd) {
        return own(posix.dup(fd));
    }

    /** dup2(2): the number now belongs to another file, without a moment in which it was free. */
    public void replace(int number, int file) {
        if (posix.dup2(file, number) != number) {
            throw new IllegalStateException("dup2: " + Errno.name(posix.errno()));
        }
        own(number);
    }

    /** Opens a file, directory or device for reading. */
    public int file(String path) {
        return own(posix.open(path, 0, 0));
    }

    /** A number that was open and is not any more. */
    public int closedNumber() {
        int fd = file("/");
        replace(fd + 1000, fd); // high, so that nothing the JVM opens gets it
        close(fd);
        close(fd + 1000);
        return fd + 1000;
    }

    /** Writes all of a short text. */
    public void send(int fd, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        int count = sockets.write(fd, bytes);
        if (bytes.hasRemaining()) {
            throw new IllegalStateException("write of \"" + text + "\" to fd " + fd + ": " + count);
        }
    }

    /** What there is to read, at most {@code limit} bytes; empty for the end of the stream. */
    public String receive(int fd, int limit) {
        byte[] bytes = new byte[limit];
        int count = sockets.read(fd, ByteBuffer.wrap(bytes));
        if (count < 0) {
            throw new IllegalStateException("read of fd " + fd + ": " + Errno.name(-count));
        }
        return new String(bytes, 0, count, StandardCharsets.US_ASCII);
    }

    /** As {@link #receive(int, int)}, with a limit that no test reaches. */
    public String receive(int fd) {
        return receive(fd, 4096);
    }

    /** Writes until no more fits; how many bytes did. */
    public int fill(int fd) {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(64 * 1024);
        int total = 0;
        while (true) {
            int count = sockets.write(fd, zeroes.clear());
            if (count < 0) {
                return total;
            }
            total += count;
        }
    }

    /** Reads until nothing is left; how many bytes there were. */
    public int drain(int fd) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        int total = 0;
        while (true) {
            int count = sockets.read(fd, buffer.clear());
            if (count <= 0) {
                return total;
            }
            total += count;
        }
    }

    /** Closes one. */
    public synchronized void close(int fd) {
        open.clear(fd);
        sockets.close(fd);
    }

    /** Closes one with a TCP reset. */
    public synchronized void reset(int fd) {
        open.clear(fd);
        sockets.reset(fd);
    }

    @Override
    public synchronized void close() {
        open.stream().forEach(sockets::close);
        open.clear();
    }

    private int[] own(int[] fds) {
        own(fds[0]);
        own(fds[1]);
        return fds;
    }
}
