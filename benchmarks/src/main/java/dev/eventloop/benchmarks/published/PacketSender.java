package dev.eventloop.benchmarks.published;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Sends a hundred packets, each in a separate buffer, to a reader on loopback: one by one, copied
 * into one buffer, or gathered by writev(2).
 */
final class PacketSender {
    static final int PACKETS = 100;

    /** How to send a batch. */
    enum Way {
        ONE_BY_ONE,
        COPIED,
        GATHERED
    }

    private static final int IOVEC_SIZE = 2 * Long.BYTES;
    private static final int READ_AT_ONCE = 256 * 1024;

    private final LibC libc = LibC.system();
    private final Sockets sockets = Sockets.system();
    private final EventLoop loop = EventLoop.create();
    private final int size;
    private final NativeMemory[] packets = new NativeMemory[PACKETS];
    private final NativeMemory linear;
    private final NativeMemory vector = NativeMemory.allocate(PACKETS * IOVEC_SIZE);
    private final int fd;
    private final Thread reader;

    /** The reader's thread, which this class joins. */
    private long received;

    PacketSender(int size) throws IOException {
        this.size = size;
        for (int i = 0; i < PACKETS; i++) {
            packets[i] = NativeMemory.allocate(size);
        }
        linear = NativeMemory.allocate(PACKETS * size);
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            fd = sockets.connect((InetSocketAddress) listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            reader = new Thread(() -> drain(accepted.socket()), "reader");
            reader.setDaemon(true);
            reader.start();
        }
        loop.add(fd, 0, (ready, events, none) -> loop.mod(ready, 0), null);
    }

    /** The number of bytes received; complete once this is closed. */
    long received() {
        return received;
    }

    private void drain(Socket socket) {
        byte[] bytes = new byte[READ_AT_ONCE];
        try (socket) {
            int count = 0;
            while (count >= 0) {
                received += count;
                count = socket.getInputStream().read(bytes);
            }
        } catch (IOException e) { // the sender closed the connection
            return;
        }
    }

    /** Returns when the kernel has accepted the whole batch. */
    void send(Way way) throws IOException {
        switch (way) {
            case ONE_BY_ONE -> {
                for (NativeMemory packet : packets) {
                    sendAll(packet);
                }
            }
            case COPIED -> {
                for (int i = 0; i < PACKETS; i++) {
                    linear.buffer().put(i * size, packets[i].buffer(), 0, size);
                }
                sendAll(linear);
            }
            case GATHERED -> gather();
        }
    }

    private void sendAll(NativeMemory memory) throws IOException {
        int sent = 0;
        while (sent < memory.size()) {
            sent += moved(libc.send(fd, memory.address() + sent, memory.size() - sent, 0));
        }
    }

    private void gather() throws IOException {
        int sent = 0;
        while (sent < PACKETS * size) {
            int first = sent / size;
            int within = sent % size;
            for (int i = first; i < PACKETS; i++) {
                int skipped = i == first ? within : 0;
                int entry = (i - first) * IOVEC_SIZE;
                vector.buffer().putLong(entry, packets[i].address() + skipped);
                vector.buffer().putLong(entry + Long.BYTES, size - skipped);
            }
            sent += moved(libc.writev(fd, vector.address(), PACKETS - first));
        }
    }

    /** Returns the bytes written; on EAGAIN waits for room and returns 0. */
    private int moved(int result) throws IOException {
        if (result == -Errno.EAGAIN) {
            loop.mod(fd, Events.WRITE);
            loop.run(-1);
            return 0;
        }
        if (result < 0) {
            throw new IOException("sending a packet failed: " + Errno.name(-result));
        }
        return result;
    }

    /** Returns when the reader has finished, too. */
    void close() throws IOException, InterruptedException {
        loop.del(fd);
        loop.close();
        sockets.close(fd);
        reader.join();
        for (NativeMemory packet : packets) {
            packet.close();
        }
        linear.close();
        vector.close();
    }
}
