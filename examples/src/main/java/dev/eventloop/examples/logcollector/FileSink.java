package dev.eventloop.examples.logcollector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Appends chunks to the files of a folder, many in one system call. A chunk's position records how
 * much is written, so that no byte is written twice after a disk was full.
 */
final class FileSink implements Sink {
    private final LogFolder folder;
    private final long rotateAt;
    private final int keep;
    private final boolean durable;
    private final ByteBuffer[] buffers = new ByteBuffer[64];

    private FileChannel file;
    private long size;

    /** The length of the file that is known to be on disk. */
    private long durableSize;

    /** Whether the file's directory entry is on disk, too: fsync(2), NOTES. */
    private boolean named = true;

    /** The batch's first chunk in the current file. */
    private int firstOpen;

    private volatile int fileCount;

    FileSink(LogFolder folder, Settings settings) throws IOException {
        this.folder = folder;
        this.rotateAt = settings.rotate.bytes();
        this.keep = settings.keep;
        this.durable = settings.sync == Sync.fsync;
        file = folder.openLast();
        if (file != null) {
            size = file.size();
            durableSize = size;
            fileCount = folder.count();
        }
    }

    @Override
    public void take(Chunk[] chunks, int count) throws IOException {
        try {
            leaveLostFile(chunks, count);
            write(chunks, count);
            if (durable) {
                force(chunks, count);
            }
            firstOpen = 0;
        } catch (IOException e) {
            String where = file == null ? "a new file" : folder.last().toString();
            throw new IOException("cannot write to " + where + ": " + LogFolder.reason(e), e);
        }
    }

    @Override
    public void giveUp() {}

    @Override
    public String describe() {
        return "files " + fileCount;
    }

    @Override
    public void close() throws IOException {
        try (folder;
                FileChannel last = file) {
            if (last != null) {
                last.force(true);
            }
        }
    }

    /**
     * If the file was deleted or moved, later lines must not go there: they would be acknowledged
     * and lost with the last descriptor. The part of this batch in that file is written again.
     */
    private void leaveLostFile(Chunk[] chunks, int count) throws IOException {
        if (file != null && !folder.hasLast()) {
            FileChannel lost = file;
            file = null;
            lost.close();
            writeAnew(chunks, count);
        }
    }

    private void writeAnew(Chunk[] chunks, int count) {
        for (int i = firstOpen; i < count; i++) {
            chunks[i].bytes.position(0);
        }
    }

    private void write(Chunk[] chunks, int count) throws IOException {
        int next = firstOpen;
        while (next < count) {
            if (!chunks[next].bytes.hasRemaining()) {
                next++;
                continue;
            }
            boolean begun = chunks[next].bytes.position() > 0;
            if (!begun && !fits(chunks[next])) {
                rotate(chunks, next);
            }
            int end = next;
            long planned = size;
            do {
                buffers[end - next] = chunks[end].bytes;
                planned += chunks[end].bytes.remaining();
                end++;
            } while (end < count && planned + chunks[end].end <= rotateAt);
            size += file.write(buffers, 0, end - next);
        }
    }

    /** Returns whether this chunk fits into the current file; an empty file takes any chunk. */
    private boolean fits(Chunk chunk) {
        return file != null && (size == 0 || size + chunk.end <= rotateAt);
    }

    /** Closes this file and starts another. */
    private void rotate(Chunk[] chunks, int next) throws IOException {
        if (file != null) {
            if (durable) {
                force(chunks, next);
            }
            file.close();
        }
        file = null;
        file = folder.create();
        firstOpen = next;
        size = 0;
        durableSize = 0;
        named = false;
        if (keep > 0) {
            folder.keep(keep);
        }
        fileCount = folder.count();
    }

    /**
     * Waits until the data is on disk. After a failed fsync the kernel may have dropped the data
     * and report success the next time (fsync(2), EIO; "fsyncgate", lwn.net/Articles/752063). So
     * this truncates the file to the part known to be on disk, and the rest is written to a new
     * file.
     */
    private void force(Chunk[] chunks, int count) throws IOException {
        try {
            file.force(false);
            if (!named) {
                folder.force();
                named = true;
            }
            durableSize = size;
        } catch (IOException e) {
            writeAnew(chunks, count);
            try (FileChannel failed = file) {
                file = null;
                failed.truncate(durableSize);
            }
            throw e;
        }
    }
}
