package dev.eventloop.examples.chat;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Measures the cost of a broadcast to many sessions: with a copy per session, from a pool, or with
 * one shared packet. The figures are CPU time of the thread, which excludes other programs.
 */
final class Broadcasts implements AutoCloseable {
    /** Nanoseconds, or bytes, with copies and with a shared packet. */
    record Pair(double copied, double shared) {}

    private interface Work {
        void run() throws IOException;
    }

    private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    private final Sockets sockets = Sockets.system();
    private final PacketPool packets =
            new PacketPool(Long.MAX_VALUE); // keeps all, so that no copy is allocated twice
    private final SendQueue[] queues;
    private final int[] servers;
    private final int[] clients;
    private final int broadcasts;
    private final byte[] message;
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);

    Broadcasts(int sessions, int broadcasts, int bytes) throws ErrnoException {
        this.broadcasts = broadcasts;
        this.message = "x".repeat(bytes).getBytes(StandardCharsets.UTF_8);
        this.queues = new SendQueue[sessions];
        this.servers = new int[sessions];
        this.clients = new int[sessions];
        for (int i = 0; i < sessions; i++) {
            int[] pair = sockets.pair();
            queues[i] = new SendQueue();
            servers[i] = pair[0];
            clients[i] = pair[1];
        }
    }

    /** Measures queueing all packets for all sessions, without sending. */
    Pair queueing(int rounds) throws IOException {
        return compare(rounds, () -> {}, this::clear);
    }

    /** Measures queueing, and writing each queue to its socket. Reading is not measured. */
    Pair sending(int rounds) throws IOException {
        return compare(rounds, this::write, this::read);
    }

    private Pair compare(int rounds, Work counted, Work uncounted) throws IOException {
        double[] copied = new double[rounds];
        double[] shared = new double[rounds];
        for (int i = -rounds; i < rounds; i++) { // the negative rounds warm up
            double one = nanos(this::copyToEach, counted, uncounted);
            double other = nanos(this::shareWithAll, counted, uncounted);
            if (i >= 0) {
                copied[i] = one;
                shared[i] = other;
            }
        }
        Arrays.sort(copied);
        Arrays.sort(shared);
        return new Pair(copied[rounds / 2], shared[rounds / 2]);
    }

    private double nanos(Work queueing, Work counted, Work uncounted) throws IOException {
        long before = cpu.getCurrentThreadCpuTime();
        queueing.run();
        counted.run();
        long nanos = cpu.getCurrentThreadCpuTime() - before;
        uncounted.run();
        return nanos;
    }

    private void copyToEach() {
        for (int i = 0; i < broadcasts; i++) {
            for (SendQueue queue : queues) {
                offer(queue, packets.of(Protocol.SAY, message));
            }
        }
    }

    private void shareWithAll() {
        for (int i = 0; i < broadcasts; i++) {
            SharedPacket packet = packets.of(Protocol.SAY, message);
            for (SendQueue queue : queues) {
                offer(queue, packet.retain());
            }
            packet.release();
        }
    }

    /** Queues the packet and releases the caller's reference. */
    private static void offer(SendQueue queue, SharedPacket packet) {
        if (!queue.offer(packet)) {
            throw new IllegalStateException("a queue is full");
        }
        packet.release();
    }

    private void clear() {
        for (SendQueue queue : queues) {
            queue.clear();
        }
    }

    private void write() throws ErrnoException {
        for (int i = 0; i < queues.length; i++) {
            int result = queues[i].writeTo(sockets, servers[i]);
            if (result < 0 && result != -Errno.EAGAIN) {
                throw new ErrnoException("write", -result, Errno.name(-result), "a write failed");
            }
        }
    }

    /** Sends what did not fit into the sockets at first. */
    private void read() throws ErrnoException {
        for (int i = 0; i < queues.length; i++) {
            int count = 1;
            while (count > 0) {
                count = sockets.read(clients[i], received.clear());
                if (!queues[i].isEmpty() && count == -Errno.EAGAIN) {
                    write();
                    count = 1;
                }
            }
        }
    }

    /** The memory of all queued packets with a copy per session. */
    long copiedBytes() {
        return sharedBytes() * queues.length;
    }

    /** The memory of all queued packets if sessions share them. */
    long sharedBytes() {
        return (long) broadcasts * (Protocol.HEADER + 1 + message.length);
    }

    @Override
    public void close() {
        clear();
        for (int i = 0; i < queues.length; i++) {
            sockets.close(servers[i]);
            sockets.close(clients[i]);
        }
    }
}
