package dev.eventloop.net;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;

/**
 * The transfers of {@link Sockets} that need scratch memory, and the calls that all of them use.
 */
final class Transfers {
    private final LibC libc;

    Transfers(LibC libc) {
        this.libc = libc;
    }

    /** recv skips the file system layer that read goes through; a pipe supports read only. */
    int receive(int fd, long address, int length) {
        int count = libc.recv(fd, address, length, 0);
        return count == -Errno.ENOTSOCK ? libc.read(fd, address, length) : count;
    }

    int send(int fd, long address, int length) {
        int count = libc.send(fd, address, length, 0);
        return count == -Errno.ENOTSOCK ? libc.write(fd, address, length) : count;
    }

    int read(int fd, ByteBuffer buffer) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException(
                    "cannot read from fd " + fd + " into a read-only buffer; give a writable one");
        }
        return buffer.isDirect() ? readDirect(fd, buffer) : readHeap(fd, buffer);
    }

    private int readDirect(int fd, ByteBuffer buffer) {
        int position = buffer.position();
        int count = receive(fd, NativeMemory.address(buffer) + position, buffer.remaining());
        if (count > 0) {
            buffer.position(position + count);
        }
        return count;
    }

    private int readHeap(int fd, ByteBuffer buffer) {
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeBuffer copy = scratch.emptyCopy();
            int length = Math.min(buffer.remaining(), copy.capacity());
            int count = receive(fd, copy.writeAddress(), length);
            if (count > 0) {
                copy.produced(count);
                copy.get(buffer);
            }
            return count;
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    int write(int fd, ByteBuffer buffer) {
        int count = buffer.isDirect() ? writeDirect(fd, buffer) : writeHeap(fd, buffer);
        if (count > 0) {
            buffer.position(buffer.position() + count);
        }
        return count;
    }

    private int writeDirect(int fd, ByteBuffer buffer) {
        return send(fd, NativeMemory.address(buffer) + buffer.position(), buffer.remaining());
    }

    private int writeHeap(int fd, ByteBuffer buffer) {
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeBuffer copy = scratch.emptyCopy();
            copy.put(buffer.duplicate());
            return send(fd, copy.readAddress(), copy.readable());
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    int gather(int fd, NativeBuffer[] buffers, int from, int count) {
        int parts = Math.min(count, Scratch.MAX_IOVECS);
        int written;
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeMemory iovecs = scratch.iovecs();
            for (int i = 0; i < parts; i++) { // struct iovec { void *iov_base; size_t iov_len }
                NativeBuffer buffer = buffers[from + i];
                int at = i * Scratch.IOVEC_SIZE;
                iovecs.buffer().putLong(at, buffer.readAddress());
                iovecs.buffer().putLong(at + Long.BYTES, buffer.readable());
            }
            written = libc.writev(fd, iovecs.address(), parts);
        } finally {
            Scratch.POOL.give(scratch);
        }
        for (int left = written, i = from; left > 0; i++) {
            left -= buffers[i].skip(left);
        }
        return written;
    }

    int sendFile(int fd, OpenFile file, long offset, int count) {
        int sent = libc.sendfile(fd, file.fd(), offset, count);
        return sent == -Errno.ENOSYS || sent == -Errno.EINVAL // sendfile(2), NOTES
                ? sendCopy(fd, file, offset, count)
                : sent;
    }

    private int sendCopy(int fd, OpenFile file, long offset, int count) {
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeBuffer copy = scratch.emptyCopy();
            int length = Math.min(count, copy.capacity());
            int read = libc.pread(file.fd(), copy.writeAddress(), length, offset);
            return read <= 0 ? read : send(fd, copy.readAddress(), read);
        } finally {
            Scratch.POOL.give(scratch);
        }
    }
}
