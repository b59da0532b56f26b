package dev.eventloop.examples.chat;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;

/**
 * The packets queued for one receiver, as references, not copies. The queue of a receiver that
 * keeps up is empty, and its ring is allocated only when the first packet must wait.
 */
final class SendQueue {
    /** The limits beyond which a receiver is too slow, since it would keep the shared packets. */
    static final int MOST_PACKETS = 256;

    static final int MOST_BYTES = 256 * 1024;

    private static final SharedPacket[] NONE = {};
    private static final int FIRST_SIZE = 8;

    /** A ring with a power-of-two size. */
    private SharedPacket[] ring = NONE;

    private int head;
    private int size;
    private int bytes;

    /** The number of bytes of the first packet already written. */
    private int written;

    /** Adds a packet with a new reference; returns false if the queue is full. */
    boolean offer(SharedPacket packet) {
        if (size == MOST_PACKETS || bytes + packet.length() > MOST_BYTES) {
            return false;
        }
        if (size == ring.length) {
            grow();
        }
        ring[(head + size) & (ring.length - 1)] = packet.retain();
        size++;
        bytes += packet.length();
        return true;
    }

    private void grow() {
        SharedPacket[] larger = new SharedPacket[Math.max(FIRST_SIZE, 2 * ring.length)];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[(head + i) & (ring.length - 1)];
        }
        ring = larger;
        head = 0;
    }

    /** Writes until the queue is empty (returns 0) or the write fails ({@code -errno}). */
    int writeTo(Sockets sockets, int fd) {
        while (size > 0) {
            SharedPacket packet = ring[head];
            int count = sockets.write(fd, packet.from(written));
            if (count < 0 && count != -Errno.EINTR) {
                return count;
            }
            written += Math.max(0, count);
            if (written == packet.length()) {
                removeFirst();
            }
        }
        return 0;
    }

    private void removeFirst() {
        SharedPacket packet = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        bytes -= packet.length();
        written = 0;
        packet.release();
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Releases all packets. */
    void clear() {
        while (size > 0) {
            removeFirst();
        }
    }
}
