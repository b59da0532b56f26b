package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.BsdWayOnLinux;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The tests of Sockets, on the classes that bind macOS and the BSDs. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems test their own binding")
@Tag("fast")
final class SocketsCallTheBsdWayTest {
    @Nested
    final class ConnectWithFlags extends SocketsConnectTest {
        @Override
        Sockets newSockets() {
            return new Sockets(BsdWayOnLinux.withFlags());
        }
    }

    @Nested
    final class ConnectWithoutFlags extends SocketsConnectTest {
        @Override
        Sockets newSockets() {
            return new Sockets(BsdWayOnLinux.withoutFlags());
        }
    }

    @Nested
    final class FilesWithoutSendfile extends FilesAreSentTest {
        @Override
        Sockets newSockets() {
            return new Sockets(BsdWayOnLinux.withFlags());
        }
    }

    @Nested
    final class TransferWithFlags extends SocketsTransferTest {
        @Override
        Sockets newSockets() {
            return new Sockets(BsdWayOnLinux.withFlags());
        }
    }

    @Nested
    final class TransferWithoutFlags extends SocketsTransferTest {
        @Override
        Sockets newSockets() {
            return new Sockets(BsdWayOnLinux.withoutFlags());
        }

        @Override
        @Test
        void unacknowledgedCountsWhatThePeersSystemHasNotTaken() throws Exception {
            // Linux has no SO_NWRITE; SO_SNDBUF, which replaces it here, is never 0.
            assertThat(sockets.unacknowledged(connection()[0])).isPositive();
        }
    }
}
