package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * mmap's sixth argument is the offset: jnr-ffi's stubs for x86-64 pass garbage as the sixth of six
 * integers (https://github.com/jnr/jnr-ffi/issues/181), so {@link ProcessCalls.Mapping} must be
 * bound without them.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class SixthArgumentArrivesTest {
    private static final int PROT_READ = 1;
    private static final int MAP_PRIVATE = 2;

    @Test
    void mmapMapsTheFileFromTheOffsetOn(@TempDir Path directory) throws Exception {
        POSIX posix = POSIXFactory.getNativePOSIX();
        int page = 64 * 1024; // a multiple of every page size
        Path file = directory.resolve("pages");
        byte[] content = new byte[3 * page];
        for (int i = 0; i < 3; i++) {
            Arrays.fill(content, i * page, (i + 1) * page, (byte) ('0' + i));
        }
        Files.write(file, content);

        int fd = posix.open(file.toString(), 0, 0);
        assertThat(fd).isNotNegative();
        try {
            for (int i = 0; i < 3; i++) {
                long offset = (long) i * page;
                long address =
                        ProcessCalls.MAPPING.mmap(0, page, PROT_READ, MAP_PRIVATE, fd, offset);
                assertThat(address).isNotEqualTo(-1);
                byte[] mapped = new byte[page];
                ByteBuffer memory = MemoryIO.getInstance().newDirectByteBuffer(address, page);
                memory.get(mapped);
                assertThat(mapped).containsOnly('0' + i);
                assertThat(ProcessCalls.MAPPING.munmap(address, page)).isZero();
            }
        } finally {
            posix.close(fd);
        }
    }
}
