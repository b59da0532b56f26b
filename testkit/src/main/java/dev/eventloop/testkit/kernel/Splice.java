package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/**
 * splice(2) between a socket and a pipe. The bytes are copied here; what shows is the same: a part
 * may move, and the pipe may be full before it holds as many bytes as its capacity says.
 */
final class Splice {
    private final UserProcess process;

    Splice(UserProcess process) {
        this.process = process;
    }

    /** Bytes, 0 at the end, or -errno. */
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
        if (socket.isAtMark()) { // it does not go beyond, as a read would
            return socket.isReadEnded() ? 0 : -Errno.EAGAIN;
        }
        int fault = process.transferFault(socket, socket.available() > 0);
        if (fault < 0) {
            return fault;
        }
        // Short for want of slots in the pipe: nothing new happens to the socket after it.
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
