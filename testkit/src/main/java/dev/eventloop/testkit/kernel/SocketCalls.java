package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** System calls that create, name, connect and configure sockets. */
abstract class SocketCalls extends FileCalls {
    // sys/socket.h, the same everywhere
    private static final int SHUT_RD = 0;
    private static final int SHUT_RDWR = 2;

    SocketCalls(World world, KernelOptions options) {
        super(world, options);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        synchronized (world) {
            int fault = process.resourceFault();
            int result = fault < 0 ? fault : process.table.add(newSocket(domain, type));
            return process.trace.result("socket", domain, result);
        }
    }

    private Socket newSocket(int domain, int type) {
        if (type != SocketConstants.SOCK_DGRAM) {
            return new StreamSocket(world, domain == SocketConstants.AF_UNIX);
        }
        String any = domain == SocketConstants.AF_INET ? "0.0.0.0" : "::";
        return new DatagramSocket(
                world, Endpoint.inet(new InetSocketAddress(any, 0).getAddress(), 0));
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fdsAddress) {
        synchronized (world) {
            StreamSocket[] pair = StreamSocket.pair(world);
            return addBoth("socketpair", pair[0], pair[1], fdsAddress);
        }
    }

    @Override
    public int bind(int fd, long address, int length) {
        synchronized (world) {
            Socket socket = process.socket(fd);
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
            StreamSocket socket = process.stream(fd);
            int result = socket == null ? process.notASocket(fd) : socket.listen(backlog);
            return process.trace.result("listen", fd, backlog, result);
        }
    }

    @Override
    public int accept(int fd, long address, long lengthAddress) {
        synchronized (world) {
            return process.trace.result(
                    "accept", fd, process.changed(acceptFrom(fd, address, lengthAddress)));
        }
    }

    private int acceptFrom(int fd, long address, long lengthAddress) {
        StreamSocket listener = process.stream(fd);
        if (listener == null || !listener.isListening()) {
            return listener == null ? process.notASocket(fd) : -Errno.EINVAL;
        }
        int fault = process.transientFault();
        fault = fault < 0 ? fault : process.resourceFault();
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
            Socket socket = process.socket(fd);
            Endpoint endpoint = Endpoint.read(NativeMemory.view(address, length));
            int result = socket == null ? process.notASocket(fd) : connect(socket, endpoint);
            return process.trace.result("connect " + endpoint, fd, process.changed(result));
        }
    }

    private int connect(Socket socket, Endpoint endpoint) {
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
        return interrupted ? -Errno.EINTR : result; // the connect goes on: connect(2), EINTR
    }

    @Override
    public int getsockname(int fd, long address, long lengthAddress) {
        synchronized (world) {
            Socket socket = process.socket(fd);
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
            Socket socket = process.socket(fd);
            if (socket == null || socket.remote() == null) {
                return socket == null ? process.notASocket(fd) : -Errno.ENOTCONN;
            }
            write(socket.remote(), address, lengthAddress);
            return 0;
        }
    }

    static void write(Endpoint endpoint, long address, long lengthAddress) {
        ByteBuffer length = NativeMemory.view(lengthAddress, Integer.BYTES);
        length.putInt(0, endpoint.write(NativeMemory.view(address, length.getInt(0))));
    }

    @Override
    public int setsockopt(int fd, int level, int name, long valueAddress, int length) {
        synchronized (world) {
            Socket socket = process.socket(fd);
            return socket == null
                    ? process.notASocket(fd)
                    : socket.options().set(level, name, NativeMemory.view(valueAddress, length));
        }
    }

    @Override
    public int getsockopt(int fd, int level, int name, long valueAddress, long lengthAddress) {
        synchronized (world) {
            Socket socket = process.socket(fd);
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
            Socket socket = process.socket(fd);
            boolean reading = how == SHUT_RD || how == SHUT_RDWR;
            boolean writing = how == SocketConstants.SHUT_WR || how == SHUT_RDWR;
            int result =
                    socket == null ? process.notASocket(fd) : socket.shutdown(reading, writing);
            return process.trace.result("shutdown", fd, how, process.changed(result));
        }
    }

    @Override
    public int unacknowledged(int fd) {
        synchronized (world) {
            StreamSocket socket = process.stream(fd);
            return socket == null ? process.notASocket(fd) : socket.unacknowledged();
        }
    }
}
