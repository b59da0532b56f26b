package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Below 16 KiB from the C library's heap, from there on mapped with mmap(2). */
@Timeout(60)
@Tag("fast")
final class NativeMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    void isZeroedWritableAndOfTheAskedSize() {
        for (int size : new int[] {1, 100, 16 * 1024 - 1, 16 * 1024, 1 << 20}) {
            for (int round = 0; round < 3; round++) {
                try (NativeMemory memory = NativeMemory.allocate(size)) {
                    ByteBuffer buffer = memory.buffer();
                    assertThat(memory.size()).isEqualTo(size);
                    assertThat(buffer.capacity()).isEqualTo(size);
                    assertThat(buffer.order()).isEqualTo(ByteOrder.nativeOrder());
                    assertThat(NativeMemory.address(buffer)).isEqualTo(memory.address());
                    for (int i = 0; i < size; i += 1 + size / 100) {
                        assertThat(buffer.get(i)).isZero();
                    }
                    buffer.put(0, (byte) 1).put(size - 1, (byte) 2);
                    assertThat(buffer.get(size - 1)).isEqualTo((byte) 2);
                }
            }
        }
    }

    @Test
    void canBeClosedTwice() {
        for (int size : new int[] {8, 1 << 20}) {
            NativeMemory memory = NativeMemory.allocate(size);
            memory.close();
            assertThatCode(memory::close).doesNotThrowAnyException();
            assertThat(memory.isOpen()).isFalse();
        }
    }

    @Test
    void isNotReachableAfterClose() {
        for (int size : new int[] {8, 1 << 20}) {
            NativeMemory memory = NativeMemory.allocate(size);
            assertThat(memory.isOpen()).isTrue();
            memory.close();
            assertThatIllegalStateException()
                    .isThrownBy(memory::address)
                    .withMessageContaining(size + " bytes")
                    .withMessageContaining("after close()");
            assertThatIllegalStateException().isThrownBy(memory::buffer);
            assertThat(memory.size()).isEqualTo(size);
        }
    }

    @Test
    void isCountedWhileItIsOpen() {
        for (int size : new int[] {8, 1 << 20}) {
            long before = NativeMemory.liveBytes();
            NativeMemory memory = NativeMemory.allocate(size);
            assertThat(NativeMemory.liveBytes()).isEqualTo(before + size);
            memory.close();
            memory.close();
            assertThat(NativeMemory.liveBytes()).isEqualTo(before);
        }
    }

    @Test
    void whatWasMappedGoesBackToTheSystem() throws Exception {
        int size = 64 << 20;
        int rounds = 100;
        allocateAndTouch(size);
        assumeTrue(Files.exists(STATUS), "only Linux has /proc/self/status");
        long before = addressSpaceKilobytes();
        for (int i = 0; i < rounds; i++) {
            allocateAndTouch(size);
        }
        long leak = (long) rounds * size / 1024;
        assertThat(addressSpaceKilobytes() - before).isLessThan(leak / 4);
    }

    @Test
    void whatCannotBeHadIsAnOutOfMemoryError() {
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> NativeMemory.allocate(-1));
    }

    private static void allocateAndTouch(int size) {
        try (NativeMemory memory = NativeMemory.allocate(size)) {
            memory.buffer().put(size - 1, (byte) 1);
        }
    }

    private static long addressSpaceKilobytes() throws Exception {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmSize:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException("/proc/self/status has no VmSize");
    }
}
