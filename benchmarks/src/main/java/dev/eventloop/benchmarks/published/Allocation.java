package dev.eventloop.benchmarks.published;

import dev.eventloop.net.BufferPool;
import dev.eventloop.net.NativeBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** Takes memory blocks, fills them and returns them in the order in which it took them. */
final class Allocation implements AutoCloseable {
    /** The source of the blocks. */
    enum Source {
        HEAP,
        NATIVE,
        POOL,
        DIRECT
    }

    /** The number of blocks in use at a time, as in a queue between two threads. */
    private static final int MOST_IN_USE = 1000;

    private static final int MOST_BYTES_IN_USE = 8 << 20;

    /** The block size of ToyServer2's pool, which has only this one. */
    private static final int BLOCK = 4096;

    private final Source source;
    private final int size;
    private final BufferPool pool;
    private final ByteBuffer content;
    private final Object[] inUse;

    Allocation(Source source, int size) {
        this.source = source;
        this.size = size;
        this.pool = new BufferPool(Math.max(BLOCK, size), MOST_IN_USE);
        this.content = ByteBuffer.allocate(size);
        this.inUse = new Object[Math.min(MOST_IN_USE, MOST_BYTES_IN_USE / size)];
    }

    void run(int times) {
        for (int i = 0; i < times; i++) {
            int index = i % inUse.length;
            giveBack(inUse[index]);
            inUse[index] = take();
        }
    }

    long inUse() {
        return Arrays.stream(inUse).filter(Objects::nonNull).count();
    }

    private Object take() {
        return switch (source) {
            case HEAP -> ByteBuffer.allocate(size).put(content.clear());
            case DIRECT -> ByteBuffer.allocateDirect(size).put(content.clear());
            case NATIVE -> filled(NativeBuffer.allocate(size));
            case POOL -> filled(pool.take());
        };
    }

    private NativeBuffer filled(NativeBuffer buffer) {
        buffer.put(content.clear());
        return buffer;
    }

    private void giveBack(Object piece) {
        if (source == Source.POOL && piece != null) {
            pool.give((NativeBuffer) piece);
        } else if (source == Source.NATIVE && piece != null) {
            ((NativeBuffer) piece).close();
        }
    }

    @Override
    public void close() {
        for (Object piece : inUse) {
            giveBack(piece);
        }
        pool.close();
    }
}
