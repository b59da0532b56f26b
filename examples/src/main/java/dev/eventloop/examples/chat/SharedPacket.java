package dev.eventloop.examples.chat;

import java.nio.ByteBuffer;

/**
 * A packet for any number of receivers: its bytes are there once, and it goes back to its pool when
 * the last one lets go of it. Used by one thread.
 */
final class SharedPacket {
    private final PacketPool pool;
    private final int sizeClass;
    private final ByteBuffer bytes;
    private int length;
    private int references;

    /** The next in the pool's free list. */
    SharedPacket next;

    SharedPacket(PacketPool pool, int sizeClass, int capacity) {
        this.pool = pool;
        this.sizeClass = sizeClass;
        this.bytes = ByteBuffer.allocateDirect(capacity);
    }

    /** Begins a packet, with one reference, that of the caller. */
    void begin(byte type, int textLength) {
        references = 1;
        length = Protocol.HEADER + 1 + textLength;
        bytes.clear().putInt(1 + textLength).put(type);
    }

    SharedPacket put(byte[] text) {
        bytes.put(text);
        return this;
    }

    SharedPacket put(byte one) {
        bytes.put(one);
        return this;
    }

    /** What is between position and limit, which stay as they are. */
    SharedPacket put(ByteBuffer text) {
        int position = text.position();
        bytes.put(text);
        text.position(position);
        return this;
    }

    /** The bytes from this one on. It is always the same buffer: for use at once. */
    ByteBuffer from(int offset) {
        return bytes.limit(length).position(offset);
    }

    int length() {
        return length;
    }

    SharedPacket retain() {
        references++;
        return this;
    }

    void release() {
        references--;
        if (references == 0) {
            pool.give(this);
        }
    }

    int references() {
        return references;
    }

    int sizeClass() {
        return sizeClass;
    }
}
