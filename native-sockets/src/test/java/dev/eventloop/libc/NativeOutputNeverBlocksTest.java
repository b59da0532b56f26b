package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Native code that writes to an fd is not stopped by the fd's reader. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class NativeOutputNeverBlocksTest {
    private static final int MEMORY = 4096;

    private final LibC libc = LibC.system();
    private final NativeMemory memory = NativeMemory.allocate(MEMORY);
    private int readFd;
    private int fd;
    private NativeOutput output;

    @BeforeEach
    void pipe() {
        assertThat(libc.pipe(memory.address())).isZero();
        readFd = memory.buffer().getInt(0);
        fd = memory.buffer().getInt(Integer.BYTES);
    }

    @AfterEach
    void close() {
        libc.close(readFd);
        libc.close(fd);
        if (output != null) {
            libc.close(output.originalFd());
        }
        memory.close();
    }

    @Test
    @DisplayName("what it writes can be read, and what was the fd goes on under another number")
    void bothGoOn() throws Exception {
        divert();
        ByteBuffer read = ByteBuffer.allocateDirect(MEMORY);
        assertThat(write(fd, "native")).isEqualTo(6);
        output.read(read);
        assertThat(write(output.originalFd(), "java")).isEqualTo(4);
        assertThat(text(read)).isEqualTo("native");
        assertThat(libc.read(readFd, memory.address(), MEMORY)).isEqualTo(4);
    }

    @Test
    @DisplayName("a read waits for bytes")
    void readsWait() throws Exception {
        divert();
        ByteBuffer read = ByteBuffer.allocateDirect(3);
        Thread writer = new Thread(() -> write(fd, "later"));
        writer.start();
        output.read(read);
        assertThat(text(read)).isEqualTo("lat");
        writer.join();
    }

    @Test
    @DisplayName("where nobody reads, what does not fit is lost")
    void nobodyReads() throws Exception {
        divert();
        int result;
        long written = 0;
        do {
            result = libc.write(fd, memory.address(), MEMORY);
            written += Math.max(0, result);
        } while (result > 0);
        assertThat(result).isEqualTo(-Errno.EAGAIN);
        assertThat(written).isGreaterThanOrEqualTo(MEMORY);
    }

    @Test
    @DisplayName("a closed fd is refused, and a file that somebody reads under that number")
    void closedOnes() {
        int closed = libc.dup(fd);
        libc.close(closed);
        for (int refused : new int[] {closed, readFd}) {
            assertThatThrownBy(() -> new NativeOutput(refused))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EBADF");
        }
    }

    private void divert() throws ErrnoException {
        output = new NativeOutput(fd);
        output.divert();
    }

    private static String text(ByteBuffer read) {
        return StandardCharsets.US_ASCII.decode(read.flip()).toString();
    }

    private int write(int to, String text) {
        try (NativeMemory bytes = NativeMemory.allocate(text.length())) {
            bytes.buffer().put(text.getBytes(StandardCharsets.US_ASCII));
            return libc.write(to, bytes.address(), text.length());
        }
    }
}
