package dev.eventloop.lb.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A file, pipe or terminal that takes lines: each whole, or not at all. A full disk takes a part of
 * what is written (write(2), short writes); the line that it tears is cut off again or, where that
 * is impossible, completed before the next one. Writing blocks for as long as the target does.
 */
final class LineFile extends OutputStream {
    private static final byte[] NOTHING = {};

    /** S_IFMT and S_IFIFO of sys/stat.h. */
    private static final int KIND_OF_FILE = 0170000;

    private static final int FIFO = 0010000;
    private static final long RETRY_NANOS = 10_000_000;

    /** For regular files. Appending, so that several processes may write to one file. */
    private static final Set<OpenOption> APPEND =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.APPEND);

    /**
     * For FIFOs. With write access alone, open(2) waits for a reader, and writing fails when the
     * reader ends; a process that may also read is a reader itself, fifo(7).
     */
    private static final Set<OpenOption> BOTH_ENDS =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.READ);

    private volatile FileChannel channel;

    /** The end of a line whose beginning was written. */
    private byte[] rest = NOTHING;

    private LineFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Standard output of this process. */
    static LineFile standardOutput() {
        return of(FileDescriptor.out);
    }

    /** Standard error of this process. */
    static LineFile standardError() {
        return of(FileDescriptor.err);
    }

    private static LineFile of(FileDescriptor fd) {
        return new LineFile(channelOf(fd));
    }

    @SuppressWarnings("resource") // a stream that is never closed, because its fd is not ours
    private static FileChannel channelOf(FileDescriptor fd) {
        return new FileOutputStream(fd).getChannel();
    }

    /** Writes to this fd from the next write(2) on: the same file as before, by another number. */
    void moveTo(FileDescriptor fd) {
        channel = channelOf(fd);
    }

    /** Opens a file to append to, and creates it if it does not exist. */
    static LineFile open(Path file) throws IOException {
        return new LineFile(FileChannel.open(file, isFifo(file) ? BOTH_ENDS : APPEND));
    }

    private static boolean isFifo(Path file) throws IOException {
        try {
            return ((int) Files.getAttribute(file, "unix:mode") & KIND_OF_FILE) == FIFO;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    /**
     * Writes whole lines.
     *
     * @throws ShortWriteException if it cannot write all of them
     */
    @Override
    public synchronized void write(byte[] lines, int from, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(lines, from, length);
        long before = 0;
        try {
            completeLine();
            before = channel.size();
            writeFully(left);
        } catch (IOException e) {
            throw new ShortWriteException(cutToWholeLines(lines, from, left, before), e);
        }
    }

    private void completeLine() throws IOException {
        ByteBuffer left = ByteBuffer.wrap(rest);
        try {
            writeFully(left);
        } finally {
            rest = Arrays.copyOfRange(rest, left.position(), rest.length);
        }
    }

    private void writeFully(ByteBuffer left) throws IOException {
        while (left.hasRemaining()) {
            if (channel.write(left) == 0) { // another process has made the pipe non-blocking
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /** Returns how many bytes of whole lines are written, or will be by {@link #completeLine}. */
    private int cutToWholeLines(byte[] lines, int from, ByteBuffer left, long before) {
        int end = left.position();
        int start = end;
        while (start > from && lines[start - 1] != '\n') {
            start--;
        }
        if (start < end && !cut(before + end - from, end - start)) {
            int next = end;
            while (next < left.limit() && lines[next++] != '\n') {}
            rest = Arrays.copyOfRange(lines, end, next);
            return next - from;
        }
        return start - from;
    }

    /** Cuts bytes off a regular file that still ends where this process stopped to write. */
    private boolean cut(long end, int bytes) {
        try {
            if (channel.size() != end) {
                return false;
            }
            channel.truncate(end - bytes);
            return true;
        } catch (IOException e) { // such as EPERM of a file that has the attribute append-only
            return false;
        }
    }

    /** Closes the file. A write that blocks on another thread ends with an exception. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
