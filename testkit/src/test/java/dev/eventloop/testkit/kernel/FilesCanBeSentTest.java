package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.OpenFile;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files of the simulated machine can be read and sent. */
@Tag("fast")
final class FilesCanBeSentTest extends KernelCase {
    private static final Path PATH = Path.of("/var/file");

    @Test
    @DisplayName("a file can be opened and sent, up to EOF")
    void aFileIsSent() throws Exception {
        use(KernelOptions.defaults());
        kernel.putFile(PATH.toString(), "abcdef".getBytes(StandardCharsets.US_ASCII));
        int[] pair = sockets.pair();
        try (OpenFile file = sockets.openFile(PATH)) {
            assertThat(file.isRegular()).isTrue();
            assertThat(file.size()).isEqualTo(6);
            assertThat(sockets.sendFile(pair[0], file, 2, 100)).isEqualTo(4);
            assertThat(sockets.sendFile(pair[0], file, 6, 100)).isZero();
            assertThat(sockets.sendFile(99, file, 0, 1)).isEqualTo(-Errno.EBADF);
        }
        ByteBuffer received = ByteBuffer.allocate(10);
        assertThat(sockets.read(pair[1], received)).isEqualTo(4);
        assertThat(new String(received.array(), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("cdef");
        assertThat(kernel.openFiles()).isEqualTo(2);
    }

    @Test
    @DisplayName("any other path is ENOENT")
    void anyOtherPathIsEnoent() {
        use(KernelOptions.defaults());
        Sockets mine = sockets;
        assertThatThrownBy(() -> mine.openFile(PATH))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("ENOENT");
    }

    @Test
    @DisplayName("sendfile has the same faults as other transfers")
    void faultsMeetItToo() throws Exception {
        use(with(Faults.rare()));
        kernel.putFile(PATH.toString(), new byte[1000]);
        int[] pair = sockets.pair();
        ByteBuffer sink = ByteBuffer.allocateDirect(1000);
        boolean shortOrAgain = false;
        try (OpenFile file = openPatiently()) {
            for (int i = 0; i < 10_000 && !shortOrAgain; i++) {
                shortOrAgain = sockets.sendFile(pair[0], file, 0, 1000) != 1000;
                while (sockets.read(pair[1], sink.clear()) > 0) {
                    sink.clear();
                }
            }
        }
        assertThat(shortOrAgain).isTrue();
    }

    private OpenFile openPatiently() throws ErrnoException {
        ErrnoException last = null;
        for (int i = 0; i < 100; i++) {
            try {
                return sockets.openFile(PATH);
            } catch (ErrnoException e) { // injected EMFILE or ENOBUFS
                last = e;
            }
        }
        throw last;
    }
}
