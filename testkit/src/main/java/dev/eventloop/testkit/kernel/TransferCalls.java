package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;

/** System calls that send and receive: recv, send, sendfile and writev. */
abstract class TransferCalls extends DatagramTransferCalls {
    // sys/socket.h, the same everywhere
    private static final int MSG_OOB = 1;

    TransferCalls(World world, KernelOptions options) {
        super(world, options);
    }

    @Override
    public int recv(int fd, long address, int length, int flags) {
        synchronized (world) {
            StreamSocket socket = process.stream(fd);
            DatagramSocket datagrams = process.datagram(fd);
            int result;
            if (datagrams != null) {
                result = receive(datagrams, NativeMemory.view(address, length), flags);
                return process.trace.result("recv", fd, length, result);
            } else if (socket == null) {
                result = process.notASocket(fd);
            } else if ((flags & MSG_OOB) != 0) {
                result = socket.receiveUrgent(NativeMemory.view(address, length));
            } else if ((flags & MSG_PEEK) != 0) {
                result = socket.peek(NativeMemory.view(address, length));
            } else {
                int fault = process.transferFault(socket, socket.available() > 0);
                int shortened = process.shorten(socket, length);
                result = fault < 0 ? fault : socket.read(NativeMemory.view(address, shortened));
            }
            boolean firstEof = socket != null && socket.isFirstEof(result);
            return process.trace.result("recv", fd, length, process.moved(result, firstEof));
        }
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        synchronized (world) {
            StreamSocket socket = process.stream(fd);
            DatagramSocket datagrams = process.datagram(fd);
            int result;
            if (datagrams != null) {
                result = send(datagrams, NativeMemory.view(address, length), null);
                return process.trace.result("send", fd, length, result);
            } else if (socket == null) {
                result = process.notASocket(fd);
            } else {
                int fault = process.transferFault(socket, socket.room() > 0);
                result = fault < 0 ? fault : send(socket, address, length, flags);
            }
            return process.trace.result("send", fd, length, process.moved(result, false));
        }
    }

    private int send(StreamSocket socket, long address, int length, int flags) {
        ByteBuffer bytes = NativeMemory.view(address, length);
        if ((flags & MSG_OOB) == 0) {
            return socket.write(bytes.limit(process.shorten(socket, length)));
        }
        byte urgent = bytes.get(length - 1);
        socket.write(bytes.limit(length - 1));
        socket.sendUrgent(urgent);
        return length;
    }

    @Override
    public int sendfile(int socketFd, int fileFd, long offset, int length) {
        synchronized (world) {
            StreamSocket socket = process.stream(socketFd);
            OpenFile file = process.table.get(fileFd);
            int result;
            if (socket == null) {
                result = process.notASocket(socketFd);
            } else if (!(file instanceof PlainFile plain)) {
                result = file == null ? -Errno.EBADF : -Errno.EINVAL;
            } else {
                int fault = process.transferFault(socket, socket.room() > 0);
                int shortened = process.shorten(socket, length);
                result = fault < 0 ? fault : socket.write(plain.part(offset, shortened));
            }
            return process.trace.result("sendfile", socketFd, length, process.moved(result, false));
        }
    }

    @Override
    public int writev(int fd, long vectorAddress, int count) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            StreamSocket socket = process.stream(fd);
            ByteBuffer bytes = gather(vectorAddress, count);
            int length = bytes.remaining();
            int result = socket == null ? 0 : process.transferFault(socket, socket.room() > 0);
            if (file == null) {
                result = -Errno.EBADF;
            } else if (result >= 0) {
                int shortened = socket == null ? length : process.shorten(socket, length);
                result = file.write(bytes.limit(shortened));
            }
            return process.trace.result("writev", fd, length, process.moved(result, false));
        }
    }

    private static ByteBuffer gather(long vectorAddress, int count) {
        ByteBuffer vector = NativeMemory.view(vectorAddress, count * 2 * Long.BYTES);
        long length = 0;
        for (int i = 0; i < count; i++) {
            length += vector.getLong((2 * i + 1) * Long.BYTES);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
        while (vector.hasRemaining()) {
            bytes.put(NativeMemory.view(vector.getLong(), (int) vector.getLong()));
        }
        return bytes.flip();
    }
}
