package dev.eventloop.testkit.kernel;

import java.nio.ByteBuffer;

/** A regular file, directory or memory device: always ready, so epoll refuses it with EPERM. */
final class PlainFile extends OpenFile {
    /** S_IFREG of sys/stat.h, readable by all. */
    private static final int MODE = 0x8000 | 0444;

    private final byte[] content;
    private int position;

    PlainFile(World world, byte[] content) {
        super(world);
        this.content = content;
    }

    @Override
    int readiness() {
        return PollBits.IN | PollBits.OUT;
    }

    @Override
    int read(ByteBuffer target) {
        int count = read(target, position);
        position += count;
        return count;
    }

    /** Reads at an offset; the number of bytes, 0 at EOF. */
    int read(ByteBuffer target, long offset) {
        ByteBuffer part = part(offset, target.remaining());
        int count = part.remaining();
        target.put(part);
        return count;
    }

    /** At most {@code atMost} bytes at an offset; none at EOF. */
    ByteBuffer part(long offset, int atMost) {
        int from = (int) Math.min(content.length, offset);
        return ByteBuffer.wrap(content, from, Math.min(atMost, content.length - from));
    }

    @Override
    int write(ByteBuffer source) {
        int count = source.remaining();
        source.position(source.limit());
        return count;
    }

    @Override
    int mode() {
        return MODE;
    }

    @Override
    int size() {
        return content.length;
    }

    @Override
    boolean isPollable() {
        return false;
    }

    @Override
    void released() {}
}
