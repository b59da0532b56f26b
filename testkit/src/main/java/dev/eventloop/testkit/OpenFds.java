package dev.eventloop.testkit;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** The sockets, pipes and files of one test; {@link #close()} closes those that are still open. */
public final class OpenFds implements AutoCloseable {
    // struct pollfd { int fd; short events; short revents; }, poll.h, the same everywhere
    private static final int POLLFD_SIZE = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final short POLLIN = 1;

    private final Machine machine;
    private final Sockets sockets;
    private final BitSet open = new BitSet();
    private int nextFarUp = 3_000;

    /** The fds are those of this machine's kernel. */
    public OpenFds() {
        this(Machine.real());
    }

    public OpenFds(Machine machine) {
        this.machine = machine;
        this.sockets = new Sockets(machine.libc());
    }

    /** The number of files that this process has open on this machine's kernel. */
    public static int count() {
        return Machine.real().openFiles();
    }

    /** Sockets over the kernel of these fds. */
    public Sockets sockets() {
        return sockets;
    }

    /** Takes over an fd, which {@link #close()} closes. */
    public synchronized int own(int fd) {
        if (fd < 0) {
            throw new IllegalStateException(
                    "the call failed with " + Errno.name(-fd) + " instead of returning an fd");
        }
        open.set(fd);
        return fd;
    }

    /** Two connected unix-domain stream sockets: written bytes can be read immediately. */
    public int[] pair() throws ErrnoException {
        return own(sockets.pair());
    }

    /** A pipe: [0] is the read end, [1] the write end. */
    public int[] pipe() throws ErrnoException {
        return own(sockets.pipe());
    }

    /** Listens on a free port of the loopback interface. */
    public int listener() throws ErrnoException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return own(sockets.listen(address, ListenOptions.defaults()));
    }

    /** Starts to connect to a listener. */
    public int connect(int listener) throws ErrnoException {
        return own(sockets.connect(sockets.localAddress(listener)));
    }

    /** Waits for a connection, and accepts it. */
    public int accept(int listener) {
        int fd = sockets.accept(listener);
        while (fd == -Errno.EAGAIN) {
            awaitReadable(listener);
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
        return own(machine.dup(fd));
    }

    /** dup2(2): gives the fd number to another file atomically. */
    public void replace(int number, int file) {
        own(machine.dup2(file, number));
    }

    /** Opens a file, directory or device for reading. */
    public int file(String path) {
        return own(machine.open(path));
    }

    /**
     * Gives a file a high number. When it is free again, the JVM does not get it for its own files,
     * because the kernel assigns the lowest free number.
     */
    public synchronized int moveUp(int fd) {
        int number = nextFarUp++;
        replace(number, fd);
        close(fd);
        return number;
    }

    /** An fd number that is closed. */
    public int closedNumber() {
        int fd = moveUp(file("/"));
        close(fd);
        return fd;
    }

    /** Writes a short text, which must fit. */
    public void send(int fd, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        int count = sockets.write(fd, bytes);
        if (bytes.hasRemaining()) {
            throw new IllegalStateException("write of \"" + text + "\" to fd " + fd + ": " + count);
        }
    }

    /** Reads at most {@code limit} bytes; empty at EOF. */
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

    /** Writes until EAGAIN; returns the number of bytes. */
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

    /** Reads until EAGAIN or EOF; returns the number of bytes. */
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

    /** Closes an fd. */
    public synchronized void close(int fd) {
        open.clear(fd);
        sockets.close(fd);
    }

    /** Closes a TCP socket with RST: SO_LINGER with a timeout of 0. */
    public synchronized void reset(int fd) {
        open.clear(fd);
        sockets.reset(fd);
    }

    @Override
    public synchronized void close() {
        open.stream().forEach(sockets::close);
        open.clear();
    }

    /** Waits with poll(2), which advances the clock of a simulated machine. */
    private void awaitReadable(int fd) {
        try (NativeMemory pollfd = NativeMemory.allocate(POLLFD_SIZE)) {
            pollfd.buffer().putInt(0, fd).putShort(POLLFD_EVENTS, POLLIN);
            machine.libc().poll(pollfd.address(), 1, -1);
        }
    }

    private int[] own(int[] fds) {
        own(fds[0]);
        own(fds[1]);
        return fds;
    }
}
