package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** All bytes go from socket to socket through a pipe, in order: splice(2). */
@EnabledOnOs(OS.LINUX)
@Tag("fast")
class SplicePipesCarryBytesTest extends SocketsCase {
    private static final int MSG_OOB = 1;
    private static final int CAPACITY = 1 << 20;

    private final SplicePipePool pipes = sockets.splicePipes(CAPACITY, 3);

    @AfterEach
    void closePipes() {
        pipes.close();
    }

    @Test
    void bytesArriveFromTcpToTheUnixDomainAndBack() throws Exception {
        int[] tcp = connection();
        int[] unix = own(sockets.pair());
        SplicePipe pipe = pipes.take();
        send(tcp[0], "there");
        assertThat(patiently(() -> pipe.fill(tcp[1]))).isEqualTo(5);
        assertThat(pipe.held()).isEqualTo(5);
        assertThat(pipe.drain(unix[0])).isEqualTo(5);
        assertThat(pipe.held()).isZero();
        assertThat(receive(unix[1])).isEqualTo("there");

        send(unix[1], "and back");
        assertThat(patiently(() -> pipe.fill(unix[0]))).isEqualTo(8);
        assertThat(pipe.drain(tcp[1])).isEqualTo(8);
        assertThat(receive(tcp[0])).isEqualTo("and back");
        pipes.give(pipe);
    }

    @Test
    void aSinkThatIsFullLeavesTheRestInThePipe() throws Exception {
        int[] from = connection();
        int[] to = connection();
        int filled = fillUp(to[0]);
        SplicePipe pipe = pipes.take();
        send(from[0], "rest");
        assertThat(patiently(() -> pipe.fill(from[1]))).isEqualTo(4);
        assertThat(pipe.drain(to[0])).isEqualTo(-Errno.EAGAIN);
        assertThat(pipe.held()).isEqualTo(4);
        StringBuilder read = new StringBuilder();
        while (read.length() < filled + 4) {
            read.append(receive(to[1]));
            if (pipe.held() > 0) {
                int drained = pipe.drain(to[0]);
                assertThat(drained).isIn(4, -Errno.EAGAIN);
            }
        }
        assertThat(read).endsWith(".rest");
        pipes.give(pipe);
    }

    private int fillUp(int fd) {
        byte[] bytes = ".".repeat(4096).getBytes(StandardCharsets.US_ASCII);
        int total = 0;
        while (true) {
            int count = sockets.write(fd, ByteBuffer.wrap(bytes));
            if (count < 0) {
                assertThat(count).isEqualTo(-Errno.EAGAIN);
                return total;
            }
            total += count;
        }
    }

    @Test
    void nothingToTakeAndTheEndAreTold() throws Exception {
        int[] from = connection();
        SplicePipe pipe = pipes.take();
        assertThat(pipe.fill(from[1])).isEqualTo(-Errno.EAGAIN);
        sockets.shutdownWrite(from[0]);
        assertThat(patiently(() -> pipe.fill(from[1]))).isZero();
        pipes.give(pipe);
    }

    @Test
    void aResetIsToldOnceAndRaisesNoSignal() throws Exception {
        int[] from = connection();
        int[] to = connection();
        SplicePipe pipe = pipes.take();
        send(from[0], "for nobody");
        assertThat(patiently(() -> pipe.fill(from[1]))).isEqualTo(10);
        reset(to[1]);
        assertThat(patiently(() -> sockets.connectResult(to[0]) == 0 ? -Errno.EAGAIN : 1))
                .isEqualTo(1);
        assertThat(pipe.drain(to[0])).isEqualTo(-Errno.EPIPE); // without SIGPIPE
        reset(from[0]);
        assertThat(patiently(() -> pipe.fill(from[1]))).isEqualTo(-Errno.ECONNRESET);
        pipes.give(pipe);
    }

    /** The reason why a read must follow a splice that returns -EAGAIN. */
    @Test
    void urgentDataLooksLikeNothingToSpliceButNotToARead() throws Exception {
        int[] from = connection();
        SplicePipe pipe = pipes.take();
        send(from[0], "before");
        try (NativeMemory one = NativeMemory.allocate(1)) {
            assertThat(LibC.system().send(from[0], one.address(), 1, MSG_OOB)).isEqualTo(1);
        }
        send(from[0], "behind");
        assertThat(patiently(() -> pipe.fill(from[1]))).isEqualTo(6);
        assertThat(pipe.fill(from[1])).isEqualTo(-Errno.EAGAIN);
        assertThat(receive(from[1])).isEqualTo("behind");
        pipes.give(pipe);
    }

    @Test
    void thereAreNoMoreThanWasSaidAndNoneIsLeftOpen() throws Exception {
        int before = openPipes();
        List<SplicePipe> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            taken.add(pipes.take());
        }
        assertThat(taken).doesNotContainNull();
        assertThat(pipes.take()).isNull();
        assertThat(openPipes()).isEqualTo(before + 6);
        pipes.give(taken.get(0));
        assertThat(pipes.take()).isSameAs(taken.get(0));
        taken.forEach(pipes::give);
        pipes.trim();
        assertThat(openPipes()).isEqualTo(before);
    }

    @Test
    void whatIsInAPipeThatIsGivenBackIsNobodysAnyMore() throws Exception {
        int[] from = connection();
        SplicePipe pipe = pipes.take();
        send(from[0], "secret");
        assertThat(patiently(() -> pipe.fill(from[1]))).isEqualTo(6);
        pipes.give(pipe);
        SplicePipe next = pipes.take();
        assertThat(next).isNotSameAs(pipe);
        assertThat(next.held()).isZero();
        int[] to = connection();
        assertThat(next.drain(to[0])).isZero();
        pipes.give(next);
    }

    private static int openPipes() throws IOException {
        int count = 0;
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : fds.toList()) {
                try {
                    count += Files.readSymbolicLink(fd).toString().startsWith("pipe:") ? 1 : 0;
                } catch (IOException e) { // the fd of the listing itself, which is closed by now
                    count += 0;
                }
            }
        }
        return count;
    }
}
