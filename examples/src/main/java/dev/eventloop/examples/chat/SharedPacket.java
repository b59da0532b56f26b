package dev.eventloop.examples.chat;

import java.nio.ByteBuffer;

/**
 * A packet shared by any number of receivers, with a reference count: releasing the last reference
 * returns it to its pool. Confined to one thread.
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

    /** Starts a packet with one reference, which the caller holds. */
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

    /** Appends the bytes between position and limit, without moving them. */
    SharedPacket put(ByteBuffer text) {
        int position = text.position();
        bytes.put(text);
        text.position(position);
        return this;
    }

    /** The bytes from this index on. Always the same buffer, for immediate use. */
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
