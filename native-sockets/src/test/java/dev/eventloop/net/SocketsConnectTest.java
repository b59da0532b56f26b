package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import jnr.constants.platform.Fcntl;
import jnr.constants.platform.OpenFlags;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listening, connecting, accepting, options, and their errors. */
@Tag("fast")
class SocketsConnectTest extends SocketsCase {
    private static final ListenOptions OPTIONS = ListenOptions.defaults();

    private static boolean hasIpv6() throws Exception {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(i -> Collections.list(i.getInetAddresses()).stream())
                .anyMatch(a -> a instanceof Inet6Address && a.isLoopbackAddress());
    }

    @Test
    void ipv4ConnectsAndBothEndsKnowBothAddresses() throws Exception {
        assertConnects(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    @Test
    void ipv6ConnectsAndBothEndsKnowBothAddresses() throws Exception {
        assumeTrue(hasIpv6(), "this machine has no IPv6 loopback address");
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        assertConnects(InetAddress.getByAddress(loopback));
    }

    private void assertConnects(InetAddress host) throws Exception {
        int listener = own(sockets.listen(new InetSocketAddress(host, 0), OPTIONS));
        InetSocketAddress address = sockets.localAddress(listener);
        assertThat(address.getAddress()).isEqualTo(host);
        assertThat(address.getPort()).isPositive();
        assertThat(sockets.remoteAddress(listener)).isNull();

        int client = own(sockets.connect(address));
        try (NativeAddress peer = new NativeAddress()) {
            int server = own(patiently(() -> sockets.accept(listener, peer)));
            assertThat(sockets.connectResult(client)).isZero();
            assertThat(sockets.remoteAddress(client)).isEqualTo(address);
            assertThat(sockets.localAddress(server)).isEqualTo(address);
            assertThat(sockets.remoteAddress(server)).isEqualTo(sockets.localAddress(client));
            assertThat(peer.toSocketAddress()).isEqualTo(sockets.localAddress(client));
            try (NativeAddress local = new NativeAddress()) {
                assertThat(sockets.localAddress(server, local)).isZero();
                assertThat(local.toSocketAddress()).isEqualTo(address);
                assertThat(sockets.localAddress(-1, local)).isEqualTo(-Errno.EBADF);
                assertThat(local.isInternet()).isFalse();
            }
            send(client, "ping");
            assertThat(receive(server)).isEqualTo("ping");
            send(server, "pong");
            assertThat(receive(client)).isEqualTo("pong");
        }
        assertThat(sockets.accept(listener)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aUnixDomainSocketConnects(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        int listener = own(sockets.listen(address, OPTIONS));
        int client = own(sockets.connect(address));
        int server = accept(listener);
        send(client, "ping");
        assertThat(receive(server)).isEqualTo("ping");
        assertThat(sockets.localAddress(listener)).as("a unix-domain socket").isNull();
        assertThat(sockets.remoteAddress(client)).isNull();
        assertErrno("EADDRINUSE", "bind", () -> sockets.listen(address, OPTIONS));
        close(listener);
        assertErrno("ECONNREFUSED", "connect to", () -> sockets.connect(address));
        Files.delete(address.getPath());
        assertErrno("ENOENT", "connect to", () -> sockets.connect(address));
    }

    @Test
    void aRefusedConnectIsToldByConnectResultOnce() throws Exception {
        int listener = listener();
        InetSocketAddress address = sockets.localAddress(listener);
        close(listener);
        int client = own(sockets.connect(address));
        int result = sockets.connectResult(client);
        while (result == 0) {
            Thread.onSpinWait();
            result = sockets.connectResult(client);
        }
        assertThat(result).isEqualTo(Errno.ECONNREFUSED);
        assertThat(sockets.connectResult(client)).isZero();
    }

    @Test
    void connectResultOfWhatIsNoSocketIsItsErrno() throws Exception {
        assertThat(sockets.connectResult(-1)).isEqualTo(Errno.EBADF);
        assertThat(sockets.connectResult(own(sockets.pipe())[0])).isEqualTo(Errno.ENOTSOCK);
    }

    @Test
    void aPortInUseIsEaddrinuse() throws Exception {
        InetSocketAddress address = sockets.localAddress(listener());
        assertErrno("EADDRINUSE", "bind", () -> sockets.listen(address, OPTIONS));
        if (SocketConstants.SO_REUSEPORT != SocketConstants.ABSENT) {
            ListenOptions shared = OPTIONS.reusePort(true);
            assertErrno("EADDRINUSE", "bind", () -> sockets.listen(address, shared));
        }
    }

    @Test
    void aDuplicateIsTheSameSocketUntilTheLastIsClosed() throws Exception {
        int listener = listener();
        InetSocketAddress address = sockets.localAddress(listener);
        int duplicate = own(sockets.duplicate(listener));
        assertThat(duplicate).isNotEqualTo(listener);
        close(listener);
        own(sockets.connect(address));
        accept(duplicate);
        close(duplicate);
        assertErrno("EBADF", "dup", () -> sockets.duplicate(-1));
    }

    @Test
    void anAddressOfAnotherMachineIsEaddrnotavail() throws Exception {
        InetSocketAddress other = new InetSocketAddress("192.0.2.1", 0);
        assertErrno("EADDRNOTAVAIL", "bind", () -> sockets.listen(other, OPTIONS));
    }

    @Test
    void aPortBelow1024IsEaccesForWhoIsNotRoot() throws Exception {
        Path limit = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        assumeTrue(POSIXFactory.getNativePOSIX().geteuid() != 0, "root may bind any port");
        assumeTrue(Files.exists(limit), "only Linux has ip_unprivileged_port_start");
        assumeTrue(
                Integer.parseInt(Files.readString(limit).strip()) > 1,
                "every port is unprivileged");
        InetSocketAddress low = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        assertErrno("EACCES", "bind", () -> sockets.listen(low, OPTIONS));
    }

    @Test
    void aFailedListenLeavesNoFdBehind() throws Exception {
        InetSocketAddress address = sockets.localAddress(listener());
        int before = own(sockets.pipe())[1];
        for (int i = 0; i < 300; i++) {
            assertErrno("EADDRINUSE", "bind", () -> sockets.listen(address, OPTIONS));
        }
        int[] pipe = own(sockets.pipe());
        assertThat(pipe[0]).isLessThan(before + 100);
    }

    @Test
    void twoListenersShareAPortWithReusePortOrItIsEnoprotoopt() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (SocketConstants.SO_REUSEPORT == SocketConstants.ABSENT) {
            assertErrno(
                    "ENOPROTOOPT",
                    "setsockopt",
                    () -> sockets.listen(any, OPTIONS.reusePort(true)));
            return;
        }
        int first = own(sockets.listen(any, OPTIONS.reusePort(true)));
        InetSocketAddress address = sockets.localAddress(first);
        int second = own(sockets.listen(address, OPTIONS.reusePort(true)));
        assertThat(sockets.localAddress(second)).isEqualTo(address);
    }

    @Test
    void optionsReachTheKernel() throws Exception {
        int[] tcp = connection();
        sockets.noDelay(tcp[0], true);
        sockets.keepAlive(tcp[0], true);
        sockets.sendBufferSize(tcp[0], 50_000);
        sockets.receiveBufferSize(tcp[0], 60_000);
        assertThat(option(tcp[0], SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY))
                .isNotZero(); // the BSDs return the bit of the flag instead of 1
        assertThat(option(tcp[0], SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE))
                .isNotZero();
        assertThat(option(tcp[0], SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF))
                .isGreaterThanOrEqualTo(50_000); // Linux doubles it, socket(7)
        assertThat(option(tcp[0], SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUF))
                .isGreaterThanOrEqualTo(60_000);
        sockets.noDelay(tcp[0], false);
        assertThat(option(tcp[0], SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY))
                .isZero();
        assertErrno("EBADF", "setsockopt", () -> sockets.noDelay(-1, true));
    }

    @Test
    void theUserTimeoutReachesTheKernelOrIsEnoprotoopt() throws Exception {
        int[] tcp = connection();
        if (SocketConstants.TCP_USER_TIMEOUT == SocketConstants.ABSENT) {
            assertErrno("ENOPROTOOPT", "setsockopt", () -> sockets.userTimeout(tcp[0], 1234));
        } else {
            sockets.userTimeout(tcp[0], 1234);
            int name = SocketConstants.TCP_USER_TIMEOUT;
            assertThat(option(tcp[0], SocketConstants.IPPROTO_TCP, name)).isEqualTo(1234);
        }
    }

    @Test
    void noDelayOfAListenerIsInherited() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int listener = own(sockets.listen(any, OPTIONS.noDelay(true)));
        own(sockets.connect(sockets.localAddress(listener)));
        int server = accept(listener);
        assertThat(option(server, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY))
                .isNotZero();
    }

    @Test
    void everyFdIsNonBlockingAndClosedOnExec() throws Exception {
        int listener = listener();
        int client = own(sockets.connect(sockets.localAddress(listener)));
        int server = accept(listener);
        int[] pair = own(sockets.pair());
        int[] pipe = own(sockets.pipe());
        int duplicate = own(sockets.duplicate(server));
        int[] all = {listener, client, server, pair[0], pair[1], pipe[0], pipe[1], duplicate};
        POSIX posix = POSIXFactory.getNativePOSIX();
        for (int fd : all) {
            int flags = posix.fcntl(fd, Fcntl.F_GETFL);
            assertThat(flags & OpenFlags.O_NONBLOCK.intValue())
                    .as("O_NONBLOCK of fd " + fd)
                    .isNotZero();
            assertThat(posix.fcntl(fd, Fcntl.F_GETFD)).as("FD_CLOEXEC of fd " + fd).isEqualTo(1);
        }
    }

    private static int option(int fd, int level, int name) {
        try (NativeMemory memory = NativeMemory.allocate(8)) {
            memory.buffer().putInt(4, 4);
            int result =
                    LibC.system()
                            .getsockopt(fd, level, name, memory.address(), memory.address() + 4);
            assertThat(result).isZero();
            return memory.buffer().getInt(0);
        }
    }

    private static void assertErrno(String name, String operation, ThrowingCallable call) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(call)
                .withMessageContaining(name)
                .satisfies(
                        e -> {
                            assertThat(e.errnoName()).isEqualTo(name);
                            assertThat(e.operation()).startsWith(operation);
                        });
    }

    @Test
    void listeningOnWhatIsNoBoundTcpSocketFailsWithTheKernelsErrno() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        assertListenFails(own(sockets.bindDatagram(any)), Errno.EOPNOTSUPP);
        try (OpenFile file = sockets.openFile(Path.of("/etc/hosts"))) {
            assertListenFails(file.fd(), Errno.ENOTSOCK);
        }
        assertListenFails(-1, Errno.EBADF);
    }

    private void assertListenFails(int fd, int errno) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> sockets.listen(fd, OPTIONS))
                .withMessageContaining("listen on ")
                .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
