package dev.eventloop.examples.logcollector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class NewlinesTest {
    @Test
    @DisplayName("finds the same as a byte-by-byte search, for all bytes and positions")
    void likeByteByByte() {
        Random random = new Random(7);
        // Around a newline: bytes that differ in one bit, or cause a borrow in the subtraction.
        byte[] kinds = {'\n', 0x0b, 0x09, 0x08, (byte) 0x8a, 0, -1, 'a'};
        for (int round = 0; round < 20_000; round++) {
            ByteBuffer bytes = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 40; i++) {
                boolean rare = random.nextInt(8) > 0;
                bytes.put(i, rare ? kinds[1 + random.nextInt(7)] : (byte) '\n');
            }
            int from = random.nextInt(40);
            int to = from + random.nextInt(41 - from);
            int first = -1;
            int last = -1;
            for (int i = from; i < to; i++) {
                if (bytes.get(i) == '\n') {
                    first = first < 0 ? i : first;
                    last = i;
                }
            }
            assertThat(Newlines.indexOf(bytes, from, to)).isEqualTo(first);
            assertThat(Newlines.lastIndexOf(bytes, from, to)).isEqualTo(last);
        }
    }
}
