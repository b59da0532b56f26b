package dev.eventloop.lb.discovery;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/**
 * Sends one DNS query over UDP or TCP and blocks the calling thread until the response is complete.
 * The time limit is that of the whole exchange, however slowly the server sends. {@link #close},
 * from any thread, ends the wait.
 */
final class Exchange implements Closeable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** The longest message: that of UDP, and that of the length prefix of TCP. */
    private static final int LONGEST = 65_535;

    private volatile Closeable current;
    private volatile boolean closed;
    private long deadline;

    /** Sets the deadline of all exchanges, a value of {@link System#nanoTime}. */
    void deadline(long nanos) {
        deadline = nanos;
    }

    boolean isOver() {
        return closed || System.nanoTime() - deadline >= 0;
    }

    /**
     * Sends the query in a datagram. A socket of its own gives each query a source port of its own,
     * and the kernel delivers what comes from the server's address and port only, since the socket
     * is connected. Only then ICMP "port unreachable" is reported, as ECONNREFUSED (udp(7)).
     */
    byte[] overUdp(InetSocketAddress server, byte[] query) throws IOException {
        long end = end();
        try (DatagramChannel channel = DatagramChannel.open()) {
            begin(channel);
            channel.connect(server);
            channel.write(ByteBuffer.wrap(query));
            DatagramSocket socket = channel.socket();
            DatagramPacket answer = new DatagramPacket(new byte[LONGEST], LONGEST);
            do {
                answer.setLength(LONGEST);
                socket.setSoTimeout(millisUntil(end));
                socket.receive(answer);
            } while (isForeign(answer, query));
            return Arrays.copyOf(answer.getData(), answer.getLength());
        } finally {
            current = null;
        }
    }

    /** Whether the ID differs: forged, or a late response to a previous user of this port. */
    private static boolean isForeign(DatagramPacket answer, byte[] query) {
        byte[] bytes = answer.getData();
        return answer.getLength() < 2 || bytes[0] != query[0] || bytes[1] != query[1];
    }

    byte[] overTcp(InetSocketAddress server, byte[] query) throws IOException {
        long end = end();
        try (SocketChannel channel = SocketChannel.open()) {
            begin(channel);
            Socket socket = channel.socket();
            socket.connect(server, millisUntil(end));
            ByteBuffer framed = ByteBuffer.allocate(Short.BYTES + query.length);
            framed.putShort((short) query.length).put(query);
            socket.getOutputStream().write(framed.array()); // fits into any socket buffer
            int length = Short.toUnsignedInt(ByteBuffer.wrap(read(socket, 2, end)).getShort());
            return read(socket, length, end);
        } finally {
            current = null;
        }
    }

    /** Sets the time that is left before each read: a server may send a byte at a time. */
    private static byte[] read(Socket socket, int length, long end) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[length];
        int count = 0;
        while (count < length) {
            socket.setSoTimeout(millisUntil(end));
            int more = in.read(bytes, count, length - count);
            if (more < 0) {
                throw new EOFException("the connection ended before the answer");
            }
            count += more;
        }
        return bytes;
    }

    private void begin(Closeable channel) throws IOException {
        current = channel;
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private long end() {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        return end - deadline < 0 ? end : deadline;
    }

    private static int millisUntil(long end) throws SocketTimeoutException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) { // a timeout of 0 would wait forever
            throw new SocketTimeoutException("no time left");
        }
        return (int) millis;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        Closeable waiting = current;
        if (waiting != null) {
            waiting.close();
        }
    }
}
