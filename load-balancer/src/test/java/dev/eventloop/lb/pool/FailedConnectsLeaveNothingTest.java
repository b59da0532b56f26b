package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connect that fails at once leaves no socket open, and is blamed on whom it is to be. */
@Tag("fast")
class FailedConnectsLeaveNothingTest {
    private static final UnixDomainSocketAddress PATH = UnixDomainSocketAddress.of("/run/b");
    private static final InetSocketAddress INTERNET =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001);

    private final SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults());
    private final Sockets servers = new Sockets(kernel.anotherProcess());

    private int open(SocketAddress address) {
        try (Connector connector = new Connector(new Sockets(kernel));
                NativeAddress target = NativeAddress.of(address)) {
            return connector.open(target, false);
        }
    }

    @Test
    @DisplayName("one that succeeds leaves its socket, and others none")
    void socketsAreClosed() throws Exception {
        int before = kernel.openFiles();
        assertThat(open(PATH)).isEqualTo(-Errno.ENOENT);
        assertThat(kernel.openFiles()).isEqualTo(before);
        servers.listen(PATH, ListenOptions.defaults().backlog(0));
        assertThat(open(PATH)).isNotNegative();
        assertThat(kernel.openFiles()).isEqualTo(before + 1);
        assertThat(open(PATH)).isEqualTo(-Errno.EAGAIN);
        assertThat(kernel.openFiles()).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("shortages and missing routes are this machine's")
    void localErrors() {
        int[] local = {
            Errno.EADDRNOTAVAIL,
            Errno.EMFILE,
            Errno.ENFILE,
            Errno.ENOMEM,
            Errno.ENOSPC,
            Errno.ENETUNREACH,
            Errno.EHOSTUNREACH
        };
        for (int errno : local) {
            assertThat(isLocal(errno, INTERNET)).as(Errno.name(errno)).isTrue();
        }
    }

    @Test
    @DisplayName("a denial is a firewall's, but of a file it is the backend's")
    void denials() {
        for (int errno : new int[] {Errno.EACCES, Errno.EPERM}) {
            assertThat(isLocal(errno, INTERNET)).isTrue();
            assertThat(isLocal(errno, PATH)).isFalse();
        }
    }

    @Test
    @DisplayName("a refusal and a reset are the backend's")
    void refusals() {
        for (int errno : new int[] {Errno.ECONNREFUSED, Errno.ECONNRESET, Errno.ENOENT}) {
            assertThat(isLocal(errno, INTERNET)).isFalse();
            assertThat(isLocal(errno, PATH)).isFalse();
        }
    }

    private static boolean isLocal(int errno, SocketAddress address) {
        try (NativeAddress target = NativeAddress.of(address)) {
            return LocalErrors.isLocal(errno, target);
        }
    }
}
