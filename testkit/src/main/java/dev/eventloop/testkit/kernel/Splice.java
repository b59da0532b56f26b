package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/**
 * splice(2) between a socket and a pipe. It copies bytes, with the same visible behaviour: a
 * transfer may be short, and a pipe may be full before it holds as many bytes as its capacity.
 */
final class Splice {
    private final UserProcess process;

    Splice(UserProcess process) {
        this.process = process;
    }

    /** The number of bytes, 0 at EOF, or -errno. */
    int move(OpenFile from, OpenFile to, int length) {
        if (from == null || to == null) {
            return -Errno.EBADF;
        }
        if (from instanceof StreamSocket socket && to instanceof Pipe.WritingEnd pipe) {
            return fill(socket, pipe, length);
        }
        if (from instanceof Pipe.ReadingEnd pipe && to instanceof StreamSocket socket) {
            return drain(pipe, socket, length);
        }
        return -Errno.EINVAL;
    }

    private int fill(StreamSocket socket, Pipe.WritingEnd pipe, int length) {
        if (pipe.isBrokenPipe()) {
            return -Errno.EPIPE;
        }
        if (pipe.room() == 0) {
            return -Errno.EAGAIN;
        }
        if (socket.isAtMark()) { // unlike a read, splice stops at the mark
            return socket.isReadEnded() ? 0 : -Errno.EAGAIN;
        }
        int fault = process.transferFault(socket, socket.available() > 0);
        if (fault < 0) {
            return fault;
        }
        // A short transfer for lack of pipe slots: it causes no edge on the socket.
        int most = process.chance.shorten(Math.min(length, pipe.room()));
        ByteBuffer bytes = ByteBuffer.allocate(most);
        int count = socket.read(bytes);
        if (count > 0) {
            pipe.write(bytes.flip());
        }
        return count;
    }

    private int drain(Pipe.ReadingEnd pipe, StreamSocket socket, int length) {
        if (pipe.available() == 0) {
            return pipe.isReadEnded() ? 0 : -Errno.EAGAIN;
        }
        int fault = process.transferFault(socket, socket.room() > 0);
        if (fault < 0) {
            return fault;
        }
        int most = process.shorten(socket, Math.min(length, pipe.available()));
        ByteBuffer bytes = ByteBuffer.allocate(most);
        pipe.peek(bytes);
        int count = socket.write(bytes.flip());
        if (count > 0) {
            pipe.read(ByteBuffer.allocate(count));
        }
        return count;
    }
}
