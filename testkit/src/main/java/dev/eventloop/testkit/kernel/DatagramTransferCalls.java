package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;

/** System calls that send and receive datagrams: recvfrom and sendto. */
abstract class DatagramTransferCalls extends SocketCalls {
    // sys/socket.h, the same everywhere
    static final int MSG_PEEK = 2;

    DatagramTransferCalls(World world, KernelOptions options) {
        super(world, options);
    }

    @Override
    public int recvfrom(
            int fd, long address, int length, int flags, long peerAddress, long peerLengthAddress) {
        synchronized (world) {
            DatagramSocket socket = process.datagram(fd);
            if (socket == null) {
                return process.trace.result("recvfrom", fd, length, process.notASocket(fd));
            }
            int result = receive(socket, NativeMemory.view(address, length), flags);
            if (result >= 0 && peerAddress != 0 && socket.source() != null) {
                write(socket.source(), peerAddress, peerLengthAddress);
            }
            return process.trace.result("recvfrom", fd, length, result);
        }
    }

    @Override
    public int sendto(
            int fd, long address, int length, int flags, long peerAddress, int peerLength) {
        synchronized (world) {
            DatagramSocket socket = process.datagram(fd);
            if (socket == null) {
                return process.trace.result("sendto", fd, length, process.notASocket(fd));
            }
            Endpoint target =
                    peerAddress == 0
                            ? null
                            : Endpoint.read(NativeMemory.view(peerAddress, peerLength));
            int result = send(socket, NativeMemory.view(address, length), target);
            return process.trace.result("sendto " + target, fd, length, result);
        }
    }

    final int receive(DatagramSocket socket, ByteBuffer target, int flags) {
        int fault = process.datagramFault(socket, socket.available() > 0);
        int result = fault < 0 ? fault : socket.receive(target, (flags & MSG_PEEK) != 0);
        return process.moved(result, result == 0);
    }

    final int send(DatagramSocket socket, ByteBuffer source, Endpoint target) {
        int fault = process.datagramFault(socket, true);
        boolean isLost = process.chance.of(Fault.LOST);
        return process.moved(fault < 0 ? fault : socket.send(source, target, isLost), false);
    }
}
