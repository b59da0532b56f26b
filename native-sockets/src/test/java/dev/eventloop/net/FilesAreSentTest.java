package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** sendFile: sendfile(2) on Linux, read and write on other systems. */
@Tag("fast")
class FilesAreSentTest extends SocketsCase {
    @TempDir Path directory;

    private Path file(byte[] content) throws Exception {
        return Files.write(directory.resolve("file of bytes"), content);
    }

    @Test
    @DisplayName("every byte from the offset on arrives, however often the socket is full")
    void everyByteArrives() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        int[] pair = connection();
        int from = 12_345;
        ByteBuffer received = ByteBuffer.allocate(content.length);
        try (OpenFile file = sockets.openFile(file(content))) {
            long offset = from;
            while (received.position() < content.length - from) {
                int left = (int) (content.length - offset);
                int sent = left == 0 ? 0 : sockets.sendFile(pair[0], file, offset, left);
                assertThat(sent).isGreaterThanOrEqualTo(-Errno.EAGAIN);
                offset += Math.max(0, sent);
                int ignored = sockets.read(pair[1], received);
            }
        }
        assertThat(Arrays.copyOf(received.array(), received.position()))
                .isEqualTo(Arrays.copyOfRange(content, from, content.length));
    }

    @Test
    @DisplayName("no more bytes are sent than asked for, and 0 at and beyond the end of the file")
    void noMoreThanAskedForIsSent() throws Exception {
        int[] pair = own(sockets.pair());
        try (OpenFile file = sockets.openFile(file("abcdef".getBytes(StandardCharsets.UTF_8)))) {
            assertThat(sockets.sendFile(pair[0], file, 1, 3)).isEqualTo(3);
            assertThat(receive(pair[1])).isEqualTo("bcd");
            assertThat(sockets.sendFile(pair[0], file, 4, 100)).isEqualTo(2);
            assertThat(receive(pair[1])).isEqualTo("ef");
            assertThat(sockets.sendFile(pair[0], file, 6, 100)).isZero();
            assertThat(sockets.sendFile(pair[0], file, 600, 100)).isZero();
        }
    }

    @Test
    @DisplayName("a file that is truncated while it is sent ends at its new size")
    void aFileThatIsCutShortEnds() throws Exception {
        int[] pair = own(sockets.pair());
        Path path = file(new byte[10_000]);
        try (OpenFile file = sockets.openFile(path)) {
            assertThat(sockets.sendFile(pair[0], file, 0, 1000)).isEqualTo(1000);
            try (RandomAccessFile writer = new RandomAccessFile(path.toFile(), "rw")) {
                writer.setLength(1500);
            }
            assertThat(sockets.sendFile(pair[0], file, 1000, 9000)).isEqualTo(500);
            assertThat(sockets.sendFile(pair[0], file, 1500, 8500)).isZero();
            assertThat(file.size()).as("the size at open").isEqualTo(10_000);
        }
    }

    @Test
    @DisplayName("a failure is an errno, and raises no SIGPIPE")
    void failuresAreErrnos() throws Exception {
        int[] pair = own(sockets.pair());
        OpenFile file = sockets.openFile(file(new byte[10]));
        close(pair[1]);
        assertThat(sockets.sendFile(pair[0], file, 0, 10)).isEqualTo(-Errno.EPIPE);
        assertThat(sockets.sendFile(-1, file, 0, 10)).isEqualTo(-Errno.EBADF);
        file.close();
        file.close();
        assertThat(sockets.sendFile(pair[0], file, 0, 10)).isEqualTo(-Errno.EBADF);
    }

    @Test
    @DisplayName("an open file has its size, modification time and type")
    void anOpenFileTellsOfItself() throws Exception {
        Path path = file(new byte[4711]);
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_234_567_000));
        try (OpenFile file = sockets.openFile(path)) {
            assertThat(file.size()).isEqualTo(4711);
            assertThat(file.modifiedSeconds()).isEqualTo(1_234_567);
            assertThat(file.isRegular()).isTrue();
            assertThat(file.isDirectory()).isFalse();
        }
        try (OpenFile file = sockets.openFile(directory)) {
            assertThat(file.isRegular()).isFalse();
            assertThat(file.isDirectory()).isTrue();
        }
    }

    @Test
    @DisplayName("the error of a file that cannot be opened names its path")
    void whatCannotBeOpenedIsTold() {
        Path nothing = directory.resolve("nothing");
        assertThatThrownBy(() -> sockets.openFile(nothing))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("open " + nothing + ": No such file or directory (ENOENT)");
    }
}
