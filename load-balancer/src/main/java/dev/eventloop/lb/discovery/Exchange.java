package dev.eventloop.lb.discovery;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Sends one DNS query over UDP or TCP and blocks the calling thread until the response arrives.
 * {@link #close}, from any thread, ends the wait.
 */
final class Exchange implements IoClientFactory, UdpIoClient, TcpIoClient, Closeable {
    private volatile Closeable current;
    private volatile boolean closed;
    private long deadline;

    /** Sets the deadline of all waits, a value of {@link System#nanoTime}. */
    void deadline(long nanos) {
        deadline = nanos;
    }

    boolean isOver() {
        return closed || System.nanoTime() - deadline >= 0;
    }

    @Override
    public UdpIoClient createOrGetUdpClient() {
        return this;
    }

    @Override
    public TcpIoClient createOrGetTcpClient() {
        return this;
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveUdp(
            InetSocketAddress local,
            InetSocketAddress remote,
            Message query,
            byte[] data,
            int max,
            Duration timeout) {
        try {
            return CompletableFuture.completedFuture(overUdp(remote, data, max, timeout));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            current = null;
        }
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveTcp(
            InetSocketAddress local,
            InetSocketAddress remote,
            Message query,
            byte[] data,
            Duration timeout) {
        try {
            return CompletableFuture.completedFuture(overTcp(remote, data, timeout));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            current = null;
        }
    }

    /**
     * Connects the socket, because only a connected one reports ICMP "port unreachable" as
     * ECONNREFUSED (udp(7)).
     */
    private byte[] overUdp(InetSocketAddress remote, byte[] data, int max, Duration timeout)
            throws IOException {
        long end = end(timeout);
        try (DatagramChannel channel = DatagramChannel.open()) {
            begin(channel);
            channel.connect(remote);
            channel.write(ByteBuffer.wrap(data));
            DatagramSocket socket = channel.socket();
            DatagramPacket answer = new DatagramPacket(new byte[max], max);
            do {
                socket.setSoTimeout(millisUntil(end));
                socket.receive(answer);
            } while (isForeign(answer, data));
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    /** Whether the ID differs: a late response to a previous user of this port, or a forged one. */
    private static boolean isForeign(DatagramPacket answer, byte[] question) {
        byte[] bytes = answer.getData();
        return answer.getLength() < 2 || bytes[0] != question[0] || bytes[1] != question[1];
    }

    private byte[] overTcp(InetSocketAddress remote, byte[] data, Duration timeout)
            throws IOException {
        long end = end(timeout);
        try (SocketChannel channel = SocketChannel.open()) {
            begin(channel);
            Socket socket = channel.socket();
            socket.connect(remote, millisUntil(end));
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] framed =
                    ByteBuffer.allocate(2 + data.length)
                            .putShort((short) data.length)
                            .put(data)
                            .array();
            out.write(framed);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.setSoTimeout(millisUntil(end));
            byte[] answer = new byte[in.readUnsignedShort()];
            socket.setSoTimeout(millisUntil(end));
            in.readFully(answer);
            return answer;
        }
    }

    private void begin(Closeable channel) throws IOException {
        current = channel;
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private long end(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
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
