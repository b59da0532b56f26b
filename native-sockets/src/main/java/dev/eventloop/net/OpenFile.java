package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import java.nio.charset.Charset;
import java.nio.file.Path;

/**
 * A file that is open for reading, for {@link Sockets#sendFile}. Its size, time and type are those
 * at the time of open; other processes may change or truncate the file later. Any thread may use
 * it; close it when no other thread uses it any more.
 */
public final class OpenFile implements AutoCloseable {
    // sys/stat.h, the same everywhere
    private static final int S_IFMT = 0xf000;
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFREG = 0x8000;

    /** The charset that the JVM decodes file names with. */
    private static final Charset NAMES =
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private final LibC libc;
    private final Path path;
    private final int fd;
    private final long mode;
    private final long size;
    private final long modifiedSeconds;
    private boolean closed;

    private OpenFile(LibC libc, Path path, int fd, NativeMemory facts) {
        this.libc = libc;
        this.path = path;
        this.fd = fd;
        this.mode = facts.buffer().getLong(0);
        this.size = facts.buffer().getLong(Long.BYTES);
        this.modifiedSeconds = facts.buffer().getLong(2 * Long.BYTES);
    }

    static OpenFile open(LibC libc, Path path) throws ErrnoException {
        byte[] name = path.toString().getBytes(NAMES);
        try (NativeMemory memory =
                NativeMemory.allocate(Math.max(name.length + 1, LibC.FACTS_SIZE))) {
            memory.buffer().put(0, name); // zeroed memory follows: NUL-terminated
            int fd = Errno.check(libc.open(memory.address()), "open", path);
            boolean done = false;
            try {
                Errno.check(libc.fstat(fd, memory.address()), "fstat of", path);
                OpenFile file = new OpenFile(libc, path, fd, memory);
                done = true;
                return file;
            } finally {
                if (!done) {
                    libc.close(fd);
                }
            }
        }
    }

    /** The size in bytes. */
    public long size() {
        return size;
    }

    /** The time of the last modification, in seconds since 1970. */
    public long modifiedSeconds() {
        return modifiedSeconds;
    }

    /** Whether it is a regular file: not a directory, FIFO, socket or device. */
    public boolean isRegular() {
        return (mode & S_IFMT) == S_IFREG;
    }

    /** Whether it is a directory. */
    public boolean isDirectory() {
        return (mode & S_IFMT) == S_IFDIR;
    }

    /** Closes the fd. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            libc.close(fd);
        }
    }

    @Override
    public String toString() {
        return "OpenFile[" + path + ", " + size + " bytes]";
    }

    int fd() {
        return closed ? -1 : fd;
    }
}
