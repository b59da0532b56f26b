package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/** pipe(7): two open files and a queue of 64 KiB between them. */
final class Pipe {
    private static final int DEFAULT_CAPACITY = 64 * 1024;

    /** /proc/sys/fs/pipe-max-size. */
    private static final int MAX_CAPACITY = 1024 * 1024;

    /**
     * PIPE_BUF: a write of at most this many bytes is atomic, and a pipe with less room is not
     * writable.
     */
    private static final int ATOMIC = 4096;

    private final ByteQueue bytes = new ByteQueue();
    final ReadingEnd reader;
    final WritingEnd writer;
    private int capacity = DEFAULT_CAPACITY;
    private boolean readerGone;
    private boolean writerGone;

    Pipe(World world) {
        this.reader = new ReadingEnd(world);
        this.writer = new WritingEnd(world);
    }

    private int free() {
        return capacity - bytes.size();
    }

    /** F_SETPIPE_SZ; the capacity in bytes, a power of two, or -errno. */
    private int setCapacity(int wanted) {
        int rounded = Math.max(ATOMIC, Integer.highestOneBit(Math.max(1, 2 * wanted - 1)));
        if (rounded > MAX_CAPACITY || wanted <= 0) {
            return wanted <= 0 ? -Errno.EINVAL : -Errno.EPERM;
        }
        if (rounded < bytes.size()) {
            return -Errno.EBUSY;
        }
        capacity = rounded;
        return capacity;
    }

    /** The read end. */
    final class ReadingEnd extends OpenFile {
        private ReadingEnd(World world) {
            super(world);
        }

        @Override
        int readiness() {
            return (bytes.size() > 0 ? PollBits.IN : 0) | (writerGone ? PollBits.HUP : 0);
        }

        @Override
        int read(ByteBuffer target) {
            if (bytes.size() == 0) {
                return writerGone || !target.hasRemaining() ? 0 : -Errno.EAGAIN;
            }
            int count = Math.min(target.remaining(), bytes.size());
            bytes.take(target, count);
            if (free() >= ATOMIC) {
                writer.wake(PollBits.OUT);
            }
            return count;
        }

        /** Copies the next bytes, and leaves them in the pipe. */
        void peek(ByteBuffer target) {
            bytes.peek(target, target.remaining());
        }

        @Override
        int write(ByteBuffer source) {
            return -Errno.EBADF;
        }

        @Override
        int available() {
            return bytes.size();
        }

        @Override
        int setPipeCapacity(int wanted) {
            return setCapacity(wanted);
        }

        @Override
        boolean isReadEnded() {
            return writerGone;
        }

        @Override
        void released() {
            readerGone = true;
            writer.wake(PollBits.ANY);
        }
    }

    /** The write end. */
    final class WritingEnd extends OpenFile {
        private WritingEnd(World world) {
            super(world);
        }

        @Override
        int readiness() {
            return (free() >= ATOMIC ? PollBits.OUT : 0) | (readerGone ? PollBits.ERR : 0);
        }

        @Override
        int read(ByteBuffer target) {
            return -Errno.EBADF;
        }

        @Override
        int write(ByteBuffer source) {
            int length = source.remaining();
            if (readerGone) {
                return -Errno.EPIPE;
            }
            if (free() < Math.min(length, ATOMIC)) {
                return -Errno.EAGAIN;
            }
            int count = Math.min(length, free());
            bytes.put(source, count);
            reader.wake(PollBits.IN);
            return count;
        }

        @Override
        int room() {
            return free();
        }

        @Override
        int setPipeCapacity(int wanted) {
            return setCapacity(wanted);
        }

        @Override
        boolean isWriteEnded() {
            return readerGone;
        }

        @Override
        boolean isBrokenPipe() {
            return readerGone;
        }

        @Override
        void released() {
            writerGone = true;
            reader.wake(PollBits.ANY);
        }
    }
}
