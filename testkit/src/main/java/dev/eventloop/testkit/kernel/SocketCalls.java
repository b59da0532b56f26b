package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The calls that make, use and close sockets and pipes. Each holds the world's lock. */
abstract class SocketCalls implements LibC {
    /** sys/socket.h: the same everywhere. */
    private static final int MSG_OOB = 1;

    private static final int MSG_PEEK = 2;
    private static final int SHUT_RD = 0;
    private static final int SHUT_RDWR = 2;
    private static final int FD_PAIR = 2 * Integer.BYTES;

    final World world;
    final UserProcess process;

    SocketCalls(World world, KernelOptions options) {
        this.world = world;
        this.process = new UserProcess(world, options);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        synchronized (world) {
            boolean unix = domain == SocketConstants.AF_UNIX;
            int fault = process.outOfSomething();
            int result = fault < 0 ? fault : process.table.add(new StreamSocket(world, unix));
            return process.trace.result("socket", domain, result);
        }
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fdsAddress) {
        synchronized (world) {
            StreamSocket[] pair = StreamSocket.pair(world);
            return addBoth("socketpair", pair[0], pair[1], fdsAddress);
        }
    }

    @Override
    public int pipe(long fdsAddress) {
        synchronized (world) {
            Pipe pipe = new Pipe(world);
            return addBoth("pipe", pipe.reader, pipe.writer, fdsAddress);
        }
    }

    private int addBoth(String call, OpenFile first, OpenFile second, long fdsAddress) {
        if (!process.table.hasRoomFor(2)) {
            return process.trace.result(call, -Errno.EMFILE);
        }
        ByteBuffer fds = NativeMemory.view(fdsAddress, FD_PAIR);
        fds.putInt(0, process.table.add(first));
        fds.putInt(Integer.BYTES, process.table.add(second));
        process.trace.line(call + " fds " + fds.getInt(0) + ", " + fds.getInt(Integer.BYTES));
        return 0;
    }

    @Override
    public int bind(int fd, long address, int length) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            Endpoint endpoint = Endpoint.read(NativeMemory.view(address, length));
            int result = socket == null ? process.notASocket(fd) : -Errno.EINVAL;
            if (socket != null && endpoint != null) {
                result = socket.bind(endpoint);
            }
            return process.trace.result("bind " + endpoint, fd, result);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            int result = socket == null ? process.notASocket(fd) : socket.listen(backlog);
            return process.trace.result("listen", fd, backlog, result);
        }
    }

    @Override
    public int accept(int fd, long address, long lengthAddress) {
        synchronized (world) {
            return process.trace.result(
                    "accept", fd, process.done(acceptFrom(fd, address, lengthAddress)));
        }
    }

    private int acceptFrom(int fd, long address, long lengthAddress) {
        StreamSocket listener = process.socket(fd);
        if (listener == null || !listener.isListening()) {
            return listener == null ? process.notASocket(fd) : -Errno.EINVAL;
        }
        int fault = process.interruptedOrAgain();
        fault = fault < 0 ? fault : process.outOfSomething();
        if (fault < 0 && listener.available() > 0) {
            return fault;
        }
        if (listener.available() == 0) {
            return -Errno.EAGAIN;
        }
        if (!process.table.hasRoomFor(1)) {
            return -Errno.EMFILE;
        }
        StreamSocket socket = listener.accept();
        if (process.chance.of(Fault.ABORTED)) {
            socket.cut();
            socket.released();
            return -Errno.ECONNABORTED;
        }
        if (address != 0) {
            write(socket.peerName(), address, lengthAddress);
        }
        return process.table.add(socket);
    }

    @Override
    public int connect(int fd, long address, int length) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            Endpoint endpoint = Endpoint.read(NativeMemory.view(address, length));
            int result = socket == null ? process.notASocket(fd) : connect(socket, endpoint);
            return process.trace.result("connect " + endpoint, fd, process.done(result));
        }
    }

    private int connect(StreamSocket socket, Endpoint endpoint) {
        if (endpoint == null) {
            return -Errno.EINVAL;
        }
        if (process.chance.of(Fault.OUT_OF_BUFFERS)) {
            return -Errno.ENOBUFS;
        }
        if (process.chance.of(Fault.REFUSED)) {
            return -Errno.ECONNREFUSED;
        }
        int result = socket.connect(endpoint);
        boolean interrupted = result == -Errno.EINPROGRESS && process.chance.of(Fault.INTERRUPTED);
        return interrupted ? -Errno.EINTR : result; // it goes on all the same: connect(2)
    }

    @Override
    public int getsockname(int fd, long address, long lengthAddress) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            if (socket == null) {
                return process.notASocket(fd);
            }
            write(socket.local(), address, lengthAddress);
            return 0;
        }
    }

    @Override
    public int getpeername(int fd, long address, long lengthAddress) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            if (socket == null || socket.remote() == null) {
                return socket == null ? process.notASocket(fd) : -Errno.ENOTCONN;
            }
            write(socket.remote(), address, lengthAddress);
            return 0;
        }
    }

    private static void write(Endpoint endpoint, long address, long lengthAddress) {
        ByteBuffer length = NativeMemory.view(lengthAddress, Integer.BYTES);
        length.putInt(0, endpoint.write(NativeMemory.view(address, length.getInt(0))));
    }

    @Override
    public int setsockopt(int fd, int level, int name, long valueAddress, int length) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            return socket == null
                    ? process.notASocket(fd)
                    : socket.options().set(level, name, NativeMemory.view(valueAddress, length));
        }
    }

    @Override
    public int getsockopt(int fd, int level, int name, long valueAddress, long lengthAddress) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            if (socket == null) {
                return process.notASocket(fd);
            }
            boolean error = level == SocketConstants.SOL_SOCKET && name == SocketConstants.SO_ERROR;
            int value = error ? socket.takeError() : socket.options().get(level, name);
            NativeMemory.view(valueAddress, Integer.BYTES).putInt(0, value);
            NativeMemory.view(lengthAddress, Integer.BYTES).putInt(0, Integer.BYTES);
            return process.trace.result(error ? "getsockopt SO_ERROR" : "getsockopt", fd, value, 0);
        }
    }

    @Override
    public int shutdown(int fd, int how) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            boolean reading = how == SHUT_RD || how == SHUT_RDWR;
            boolean writing = how == SocketConstants.SHUT_WR || how == SHUT_RDWR;
            int result =
                    socket == null ? process.notASocket(fd) : socket.shutdown(reading, writing);
            return process.trace.result("shutdown", fd, how, process.done(result));
        }
    }

    @Override
    public int unacknowledged(int fd) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            return socket == null ? process.notASocket(fd) : socket.unacknowledged();
        }
    }

    @Override
    public int recv(int fd, long address, int length, int flags) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            int result;
            if (socket == null) {
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
            boolean news = socket != null && socket.tellsEnd(result);
            return process.trace.result("recv", fd, length, process.moved(result, news));
        }
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        synchronized (world) {
            StreamSocket socket = process.socket(fd);
            int result;
            if (socket == null) {
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
    public int read(int fd, long address, int length) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            int result =
                    file == null
                            ? -Errno.EBADF
                            : file.read(NativeMemory.view(address, process.chance.shorten(length)));
            return process.trace.result("read", fd, length, process.moved(result, false));
        }
    }

    @Override
    public int write(int fd, long address, int length) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            int result =
                    file == null ? -Errno.EBADF : file.write(NativeMemory.view(address, length));
            return process.trace.result("write", fd, length, process.moved(result, false));
        }
    }

    @Override
    public int open(long pathAddress) {
        synchronized (world) {
            String path = text(pathAddress);
            byte[] content = world.files.get(path);
            int fault = content == null ? -Errno.ENOENT : process.outOfSomething();
            int result = fault < 0 ? fault : process.table.add(new PlainFile(world, content));
            return process.trace.result("open " + path, result);
        }
    }

    private static String text(long address) {
        int length = 0;
        while (NativeMemory.view(address + length, 1).get(0) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        NativeMemory.view(address, length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int fstat(int fd, long factsAddress) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            if (file != null) {
                file.facts(NativeMemory.view(factsAddress, 3 * Long.BYTES));
            }
            return process.trace.result("fstat", fd, file == null ? -Errno.EBADF : 0);
        }
    }

    @Override
    public int pread(int fd, long address, int length, long offset) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            int result =
                    file instanceof PlainFile plain
                            ? plain.read(NativeMemory.view(address, length), offset)
                            : file == null ? -Errno.EBADF : -Errno.EINVAL;
            return process.trace.result("pread", fd, length, process.moved(result, false));
        }
    }

    @Override
    public int sendfile(int socketFd, int fileFd, long offset, int length) {
        synchronized (world) {
            StreamSocket socket = process.socket(socketFd);
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
            StreamSocket socket = process.socket(fd);
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

    @Override
    public int close(int fd) {
        synchronized (world) {
            return process.trace.result("close", fd, process.done(process.table.close(fd)));
        }
    }

    @Override
    public int checkPollable(int fd) {
        synchronized (world) {
            OpenFile file = process.table.get(fd);
            if (file == null) {
                return -Errno.EBADF;
            }
            return file.isPollable() ? 0 : -Errno.EPERM;
        }
    }
}
