package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import java.nio.charset.Charset;
import java.nio.file.Path;

/**
 * A file that is open for reading, to be sent by {@link Sockets#sendFile}. What it says of itself
 * is what was true when it was opened; others may write to the file, or cut it short. Any thread
 * may use it, and one of them closes it when no other does any more.
 */
public final class OpenFile implements AutoCloseable {
    // sys/stat.h, the same everywhere
    private static final int S_IFMT = 0xf000;
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFREG = 0x8000;

    /** How Java has translated the bytes of a path. */
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
        try (NativeMemory memory = NativeMemory.allocate(name.length + 3 * Long.BYTES)) {
            memory.buffer().put(0, name); // and there are zeroes behind it
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

    /** Its size in bytes. */
    public long size() {
        return size;
    }

    /** Seconds from 1970 to when it was last written to. */
    public long modifiedSeconds() {
        return modifiedSeconds;
    }

    /** Whether it is an ordinary file: not a directory, a pipe, a device. */
    public boolean isRegular() {
        return (mode & S_IFMT) == S_IFREG;
    }

    public boolean isDirectory() {
        return (mode & S_IFMT) == S_IFDIR;
    }

    /** Idempotent. */
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
