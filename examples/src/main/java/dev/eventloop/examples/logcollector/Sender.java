package dev.eventloop.examples.logcollector;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;

/** One connection of the load generator. */
final class Sender {
    /** The longest line, and the size of a write. */
    static final int SIZE = 256 * 1024;

    private static final long SECOND = 1_000_000_000;
    private static final String REPLY = "OK\n";
    private static final int WRITES_AT_ONCE = 4;

    private final EventLoop loop;
    private final Sockets sockets = Sockets.system();
    private final ReplyMode reply;
    private final int length;
    private final int fd;

    /** As many lines as fit, sent repeatedly. */
    private final ByteBuffer lines;

    private final ByteBuffer replies = ByteBuffer.allocateDirect(SIZE);

    private long start;
    private long rate;
    private int index;
    private int clients;
    private Histogram latencies;

    /** Bytes written; bytes and acknowledged lines of the replies read. */
    private long written;

    private long replyBytes;
    private long acknowledged;
    private long number;
    private boolean finishing;

    Sender(EventLoop loop, InetSocketAddress address, int length, ReplyMode reply)
            throws IOException {
        this.loop = loop;
        this.reply = reply;
        this.length = length;
        this.lines = lines(length);
        this.fd = sockets.connect(address);
        loop.add(fd, Events.WRITE, Sender::onConnected, this);
    }

    private static ByteBuffer lines(int length) {
        ByteBuffer lines = ByteBuffer.allocateDirect(SIZE / length * length);
        for (int i = 0; lines.hasRemaining(); i++) {
            String text = "level=info unit=generator request=" + i + " took=12ms path=/a/b ";
            String line = text.repeat(length / text.length() + 1).substring(0, length - 1);
            lines.put(line.getBytes(StandardCharsets.US_ASCII)).put((byte) '\n');
        }
        return lines;
    }

    /**
     * Line {@code n} of this sender is due at {@code start + (n * clients + index) / rate}.
     *
     * @param rate lines per second of all clients; 0 for no limit
     */
    void begin(long start, int index, int clients, long rate) {
        this.start = start;
        this.index = index;
        this.clients = clients;
        this.rate = rate;
    }

    /** Sets where latencies are recorded from now on; null to stop recording. */
    void recordInto(Histogram latencies) {
        this.latencies = latencies;
    }

    /** The number of complete lines. */
    long sent() {
        return written / length;
    }

    long acknowledged() {
        return acknowledged;
    }

    private static void onConnected(int fd, int events, Sender sender) throws IOException {
        int error = sender.sockets.connectResult(fd);
        if (error != 0) {
            throw new IOException("cannot connect to the collector: " + Errno.name(error));
        }
        sender.loop.del(fd);
        int interest = Events.READ | (sender.rate == 0 ? Events.WRITE : 0);
        sender.loop.add(fd, interest, Sender::onReady, sender);
    }

    private static void onReady(int fd, int events, Sender sender) throws IOException {
        if ((events & ~Events.WRITE) != 0) {
            sender.read();
        }
        if ((events & Events.WRITE) != 0 && !sender.finishing) {
            sender.write(Long.MAX_VALUE);
        }
    }

    /** Sends the lines that are due. */
    void sendDue(long now) throws IOException {
        long due = (now - start) / SECOND * rate + (now - start) % SECOND * rate / SECOND + 1;
        long mine = (due + clients - 1 - index) / clients;
        write(mine * length);
    }

    /** Writes up to a total number of bytes, until the write fails with EAGAIN. */
    private void write(long upTo) throws IOException {
        for (int i = 0; i < WRITES_AT_ONCE && written < upTo; i++) {
            int from = (int) (written % lines.capacity());
            int count = (int) Math.min(lines.capacity() - from, upTo - written);
            int result = sockets.write(fd, lines.limit(from + count).position(from));
            if (result == -Errno.EAGAIN || result == -Errno.EINTR || result == -Errno.ENOTCONN) {
                return;
            } else if (result < 0) {
                throw new IOException("sending to the collector failed: " + Errno.name(-result));
            }
            written += result;
        }
    }

    /** Completes the current line, and half-closes. */
    void finish() throws IOException {
        finishing = true;
        long end = (written + length - 1) / length * length;
        while (written < end) {
            write(end);
            int ignored = loop.run(1); // the collector may have to wait until replies are read
        }
        loop.mod(fd, Events.READ);
        sockets.shutdownWrite(fd);
    }

    private void read() throws IOException {
        int count = sockets.read(fd, replies.clear());
        if (count > 0) {
            long before = acknowledged;
            for (int i = 0; i < count; i++) {
                understand(replies.get(i));
            }
            if (latencies != null && rate > 0) {
                record(before, System.nanoTime());
            }
        } else if (count == 0 && !finishing) {
            throw new IOException("the collector has closed the connection");
        } else if (count == 0) {
            loop.del(fd);
            sockets.close(fd);
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            throw new IOException("the collector has closed the connection: " + Errno.name(-count));
        }
    }

    private void understand(byte value) throws IOException {
        boolean right;
        if (reply == ReplyMode.line) {
            right = value == REPLY.charAt((int) (replyBytes % REPLY.length()));
            acknowledged += value == '\n' ? 1 : 0;
        } else if (value == '\n') {
            right = number > 0;
            acknowledged += number;
            number = 0;
        } else if (value >= '0' && value <= '9') {
            right = true;
            number = 10 * number + value - '0';
        } else {
            right = value == 'O' || value == 'K' || value == ' ';
        }
        if (!right) {
            throw new IOException("the collector's answer does not match --reply " + reply);
        }
        replyBytes++;
    }

    private void record(long before, long now) {
        for (long line = before; line < acknowledged; line++) {
            long all = line * clients + index;
            long due = start + all / rate * SECOND + all % rate * SECOND / rate;
            latencies.recordValue(Math.max(0, Math.min(now - due, 60 * SECOND)));
        }
    }
}
