package dev.eventloop.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** NativeBuffer and BufferPool. */
@Timeout(60)
@Tag("fast")
final class BuffersTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String take(NativeBuffer buffer, int count) {
        ByteBuffer target = ByteBuffer.allocate(count);
        buffer.get(target);
        return StandardCharsets.US_ASCII.decode(target.flip()).toString();
    }

    @Test
    void whatIsPutInComesOutInOrder() {
        try (NativeBuffer buffer = NativeBuffer.allocate(8)) {
            assertThat(buffer.put(bytes("abc"))).isEqualTo(3);
            assertThat(buffer.put(bytes("def"))).isEqualTo(3);
            assertThat(buffer).hasToString("NativeBuffer[6 of 8 bytes]");
            assertThat(take(buffer, 4)).isEqualTo("abcd");
            assertThat(buffer.readable()).isEqualTo(2);
            assertThat(buffer.writable()).isEqualTo(2);
            ByteBuffer tooMuch = bytes("ghi");
            assertThat(buffer.put(tooMuch)).isEqualTo(2);
            assertThat(tooMuch.remaining()).isEqualTo(1);
            assertThat(buffer.put(tooMuch)).isZero();
            assertThat(take(buffer, 100)).isEqualTo("efgh");
            assertThat(buffer.writable()).as("an empty buffer has its whole capacity").isEqualTo(8);
            assertThat(take(buffer, 100)).isEmpty();
        }
    }

    @Test
    void bytesComeAndGoOneByOne() {
        try (NativeBuffer buffer = NativeBuffer.allocate(3)) {
            for (byte value : new byte[] {-128, 0, 127}) {
                buffer.put(value);
            }
            assertThatExceptionOfType(BufferOverflowException.class)
                    .isThrownBy(() -> buffer.put((byte) 1));
            assertThat(buffer.get()).isEqualTo((byte) -128);
            assertThat(buffer.get()).isZero();
            assertThat(buffer.writable()).isZero();
            assertThat(buffer.get()).isEqualTo((byte) 127);
            assertThat(buffer.writable()).as("an empty buffer has its whole capacity").isEqualTo(3);
            assertThatExceptionOfType(BufferUnderflowException.class).isThrownBy(buffer::get);
            assertThat(buffer.readable()).isZero();
        }
    }

    @Test
    void bytesThatArePeekedAtStay() {
        try (NativeBuffer buffer = NativeBuffer.allocate(8)) {
            buffer.put(bytes("abcdef"));
            assertThat(buffer.peek(0)).isEqualTo((byte) 'a');
            assertThat(buffer.peek(5)).isEqualTo((byte) 'f');
            assertThat(buffer.skip(2)).isEqualTo(2);
            assertThat(buffer.peek(0)).as("the index counts from the front").isEqualTo((byte) 'c');
            assertThat(buffer.peek(3)).isEqualTo((byte) 'f');
            for (int index : new int[] {-1, 4, 5, 6, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> buffer.peek(index))
                        .withMessageContaining(Integer.toString(index));
            }
            assertThat(take(buffer, 100)).isEqualTo("cdef");
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> buffer.peek(0));
        }
    }

    @Test
    void skippedBytesDoNotComeOut() {
        try (NativeBuffer buffer = NativeBuffer.allocate(8)) {
            buffer.put(bytes("abcdef"));
            assertThat(buffer.skip(0)).isZero();
            assertThat(buffer.skip(2)).isEqualTo(2);
            assertThat(take(buffer, 2)).isEqualTo("cd");
            assertThat(buffer.skip(100)).as("two bytes were left").isEqualTo(2);
            assertThat(buffer.skip(1)).isZero();
            assertThat(buffer.writable()).as("an empty buffer has its whole capacity").isEqualTo(8);
        }
    }

    @Test
    void clearForgets() {
        try (NativeBuffer buffer = NativeBuffer.allocate(4)) {
            buffer.put(bytes("abcd"));
            buffer.clear();
            assertThat(buffer.readable()).isZero();
            assertThat(buffer.writable()).isEqualTo(buffer.capacity()).isEqualTo(4);
        }
    }

    @Test
    void aBufferNeedsRoom() {
        for (int capacity : new int[] {0, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NativeBuffer.allocate(capacity))
                    .withMessageContaining(Integer.toString(capacity));
        }
    }

    @Test
    void thePoolGivesOutEmptyBuffersAndEachToOneTakerOnly() {
        try (BufferPool pool = new BufferPool(16, 3)) {
            for (int round = 0; round < 3; round++) {
                List<NativeBuffer> taken = new ArrayList<>();
                Set<Long> addresses = new HashSet<>();
                for (int i = 1; i <= 5; i++) {
                    NativeBuffer buffer = pool.take();
                    assertThat(buffer.readable()).isZero();
                    assertThat(buffer.capacity()).isEqualTo(16);
                    assertThat(addresses.add(buffer.writeAddress())).isTrue();
                    buffer.put(bytes("left over"));
                    taken.add(buffer);
                    assertThat(pool.taken()).isEqualTo(i);
                }
                taken.forEach(pool::give);
                assertThat(pool.taken()).isZero();
            }
        }
    }

    @Test
    void thePoolKeepsNoMoreThanItMay() {
        try (BufferPool pool = new BufferPool(16, 1)) {
            NativeBuffer first = pool.take();
            NativeBuffer second = pool.take();
            pool.give(first);
            pool.give(second);
            assertThat(pool.take()).isSameAs(first);
            NativeBuffer third = pool.take();
            assertThat(third).isNotSameAs(second).isNotSameAs(first);
            pool.give(first);
            third.close();
        }
    }
}
