package dev.eventloop.testkit.kernel;

import java.nio.ByteBuffer;

/** A regular file, directory or memory device, empty: always ready, hence not to be waited for. */
final class PlainFile extends OpenFile {
    PlainFile(World world) {
        super(world);
    }

    @Override
    int readiness() {
        return PollBits.IN | PollBits.OUT;
    }

    @Override
    int read(ByteBuffer target) {
        return 0;
    }

    @Override
    int write(ByteBuffer source) {
        int count = source.remaining();
        source.position(source.limit());
        return count;
    }

    @Override
    boolean isPollable() {
        return false;
    }

    @Override
    void released() {}
}
