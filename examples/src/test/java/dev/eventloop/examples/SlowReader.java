package dev.eventloop.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A client in virtual time that sends one request and then reads 1 KB/s until EOF. */
public final class SlowReader {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SimulatedKernel kernel;
    private final Sockets sockets;
    private final int fd;
    private final Runnable atEnd;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private boolean cut;

    private SlowReader(SimulatedKernel kernel, InetSocketAddress server, Runnable atEnd)
            throws IOException {
        this.kernel = kernel;
        this.atEnd = atEnd;
        sockets = new Sockets(kernel.anotherProcess());
        fd = sockets.connect(server);
    }

    /** Connects and sends the request; runs {@code atEnd} at EOF or a reset. */
    public static SlowReader ask(
            SimulatedKernel kernel, InetSocketAddress server, String request, Runnable atEnd)
            throws IOException {
        SlowReader reader = new SlowReader(kernel, server, atEnd);
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(US_ASCII));
        if (reader.sockets.write(reader.fd, bytes) != request.length()) {
            throw new IOException("the request does not fit into the send buffer");
        }
        kernel.after(SECOND, reader::readMore);
        return reader;
    }

    private void readMore() {
        byte[] bytes = new byte[1000];
        int count = sockets.read(fd, ByteBuffer.wrap(bytes));
        if (count > 0) {
            read.write(bytes, 0, count);
        }
        if (count > 0 || count == -Errno.EAGAIN) {
            kernel.after(SECOND, this::readMore);
        } else {
            cut = count < 0;
            sockets.close(fd);
            atEnd.run();
        }
    }

    /** The bytes received so far. */
    public byte[] read() {
        return read.toByteArray();
    }

    /** Returns whether the connection ended with a reset. */
    public boolean isCut() {
        return cut;
    }
}
