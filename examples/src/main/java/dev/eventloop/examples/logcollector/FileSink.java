package dev.eventloop.examples.logcollector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Appends chunks to the files of a folder, many in one system call. A chunk's position says how far
 * it is written, so that a disk that was full for a while gets no byte twice.
 */
final class FileSink implements Sink {
    private final LogFolder folder;
    private final long rotateAt;
    private final int keep;
    private final boolean durable;
    private final ByteBuffer[] buffers = new ByteBuffer[64];

    private FileChannel file;
    private long size;

    /** Up to where the file is known to be on the disk. */
    private long durableSize;

    /** Whether its name is there too: fsync(2), NOTES. */
    private boolean named = true;

    /** The first chunk of the batch that is in the present file. */
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
     * Who deletes or moves the file must not take along what comes from now on: it would be
     * acknowledged, and gone with the last descriptor. What this batch has in it is written anew.
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

    /** Whether this chunk belongs into the present file; an empty file takes any. */
    private boolean fits(Chunk chunk) {
        return file != null && (size == 0 || size + chunk.end <= rotateAt);
    }

    /** Ends this file and begins another. */
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
     * Waits until the disk has it. After a failure the system may have thrown away what it could
     * not write and say "done" when asked again (fsync(2), EIO; "fsyncgate",
     * lwn.net/Articles/752063), so that this file is cut back to what is known to be there, and all
     * since then is written to a new one.
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
