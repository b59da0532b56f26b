package dev.eventloop.examples.chat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A pool of packets in a few sizes: a single size would spread short messages over much memory, and
 * fill the CPU cache with unused bytes.
 */
final class PacketPool {
    private static final int[] SIZES = {128, 512, 2048, Protocol.HEADER + Protocol.MOST};

    private static final long KEPT_BYTES = 4 * 1024 * 1024;

    /** The number of free bytes to keep per size. */
    private final long keptBytes;

    private final SharedPacket[] free = new SharedPacket[SIZES.length];
    private final int[] freeCount = new int[SIZES.length];
    private int taken;

    PacketPool() {
        this(KEPT_BYTES);
    }

    PacketPool(long keptBytes) {
        this.keptBytes = keptBytes;
    }

    /** A packet with room for a text of this length, which the caller puts next; one reference. */
    SharedPacket take(byte type, int textLength) {
        int sizeClass = 0;
        while (SIZES[sizeClass] < Protocol.HEADER + 1 + textLength) {
            sizeClass++;
        }
        SharedPacket packet = free[sizeClass];
        if (packet == null) {
            packet = new SharedPacket(this, sizeClass, SIZES[sizeClass]);
        } else {
            free[sizeClass] = packet.next;
            packet.next = null;
            freeCount[sizeClass]--;
        }
        taken++;
        packet.begin(type, textLength);
        return packet;
    }

    SharedPacket of(byte type, byte[] text) {
        return take(type, text.length).put(text);
    }

    SharedPacket of(byte type, String text) {
        return of(type, text.getBytes(StandardCharsets.UTF_8));
    }

    SharedPacket ofTwo(byte type, byte[] name, ByteBuffer text) {
        return take(type, name.length + 1 + text.remaining())
                .put(name)
                .put(Protocol.SEPARATOR)
                .put(text);
    }

    void give(SharedPacket packet) {
        taken--;
        int sizeClass = packet.sizeClass();
        if (freeCount[sizeClass] < keptBytes / SIZES[sizeClass]) {
            packet.next = free[sizeClass];
            free[sizeClass] = packet;
            freeCount[sizeClass]++;
        }
    }

    /** The number of packets in use. */
    int taken() {
        return taken;
    }
}
