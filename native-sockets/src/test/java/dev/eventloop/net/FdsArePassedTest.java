package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.OperatingSystem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SCM_RIGHTS: an fd that is received is one of the open file that was sent. */
@Tag("fast")
class FdsArePassedTest {
    private final Sockets sockets = Sockets.system();
    private final FdPassing passing = FdPassing.system();
    private final List<Integer> received = new ArrayList<>();
    private int[] pair;

    @BeforeEach
    void open() throws ErrnoException {
        pair = sockets.pair();
    }

    @AfterEach
    void close() {
        received.forEach(sockets::close);
        sockets.close(pair[0]);
        sockets.close(pair[1]);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private String receive() {
        ByteBuffer into = ByteBuffer.allocate(100);
        int count = passing.receive(pair[1], into, received);
        return count < 0
                ? Errno.name(-count)
                : new String(into.array(), 0, count, StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("what is written to one end of a pipe is read from the fd that was received")
    void ofAPipe() throws ErrnoException {
        int[] pipe = sockets.pipe();
        assertThat(passing.send(pair[0], bytes("two"), pipe)).isEqualTo(3);
        assertThat(receive()).isEqualTo("two");
        assertThat(received).hasSize(2).doesNotContain(pipe[0], pipe[1]);
        sockets.close(pipe[0]);
        sockets.close(pipe[1]);
        assertThat(passing.send(received.get(1), bytes("x"))).isEqualTo(-Errno.ENOTSOCK);
        try (NativeBuffer buffer = NativeBuffer.allocate(16)) {
            assertThat(sockets.read(pair[1], buffer)).isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    @DisplayName("fds come with the bytes that they were sent with, in order")
    void inOrder() throws ErrnoException {
        int[] pipe = sockets.pipe();
        passing.send(pair[0], bytes("none"));
        passing.send(pair[0], bytes("first"), pipe[0]);
        passing.send(pair[0], bytes("second"), pipe[1], pipe[0]);
        String all = "";
        while (all.length() < "nonefirstsecond".length()) {
            all += receive();
        }
        assertThat(all).isEqualTo("nonefirstsecond");
        assertThat(received).hasSize(3);
        assertThat(receive()).isEqualTo("EAGAIN");
        sockets.close(pipe[0]);
        sockets.close(pipe[1]);
    }

    @Test
    @DisplayName("as many as a message may have arrive; one more is refused by a sentence")
    void atMost() throws ErrnoException {
        int[] many = new int[FdPassing.MOST_FDS];
        Arrays.fill(many, pair[0]);
        assertThat(passing.send(pair[0], bytes("m"), many)).isEqualTo(1);
        assertThat(receive()).isEqualTo("m");
        assertThat(received).hasSize(FdPassing.MOST_FDS).doesNotHaveDuplicates();
        assertThatThrownBy(() -> passing.send(pair[0], bytes("m"), new int[254]))
                .hasMessage("254 fds are too many for a message; send at most 253");
    }

    @Test
    @DisplayName("EOF, and an fd that is not open, are results")
    void results() throws ErrnoException {
        sockets.shutdownWrite(pair[0]);
        assertThat(receive()).isEmpty();
        assertThat(passing.send(pair[1], bytes("x"), 1_000_000)).isEqualTo(-Errno.EBADF);
        assertThatThrownBy(() -> passing.adopt(1_000_000)).hasMessageContaining("EBADF");
    }

    @Test
    @DisplayName("the peer is this process, of this user")
    void peer() throws ErrnoException {
        PeerProcess peer = passing.peer(pair[0]);
        if (OperatingSystem.current() == OperatingSystem.LINUX) {
            assertThat(peer.id()).isEqualTo(ProcessHandle.current().pid());
        }
        assertThat(passing.isTrusted(peer)).isTrue();
        assertThat(passing.isTrusted(new PeerProcess(1, 0))).as("root").isTrue();
        assertThat(passing.isTrusted(new PeerProcess(1, peer.user() + 12345))).isFalse();
    }
}
