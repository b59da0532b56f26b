package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The layouts of struct kevent, compared with the bytes that each system's header defines. */
@Tag("fast")
final class KeventLayoutTest {
    /** An array of three events, whose middle one was put with every field set. */
    private static ByteBuffer put(KeventLayout layout, int filter) {
        ByteBuffer memory = ByteBuffer.allocate(3 * layout.size()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 0x5a);
        }
        layout.put(memory, layout.size(), 7, filter, 0x80e1, 0x01000002, 0x1122334455667788L);
        return memory;
    }

    private static void assertUntouchedAround(KeventLayout layout, ByteBuffer memory) {
        for (int i = 0; i < layout.size(); i++) {
            assertThat(memory.get(i)).isEqualTo((byte) 0x5a);
            assertThat(memory.get(2 * layout.size() + i)).isEqualTo((byte) 0x5a);
        }
    }

    /** uintptr_t, short, u_short, u_int, 64 bits, a pointer; FreeBSD 12 adds 32 bytes. */
    @Test
    void theClassicStructHasShortFilterAndFlags() {
        for (KeventLayout layout :
                List.of(
                        KeventLayout.MACOS,
                        KeventLayout.FREEBSD,
                        KeventLayout.FREEBSD_11,
                        KeventLayout.OPENBSD,
                        KeventLayout.DRAGONFLY,
                        KeventLayout.LINUX)) {
            assertThat(layout.size()).isEqualTo(layout.equals(KeventLayout.FREEBSD) ? 64 : 32);
            ByteBuffer memory = put(layout, layout.evfiltWrite());
            int at = layout.size();
            assertThat(memory.getLong(at)).isEqualTo(7);
            assertThat(memory.getShort(at + 8)).isEqualTo((short) -2);
            assertThat(memory.getShort(at + 10)).isEqualTo((short) 0x80e1);
            assertThat(memory.getInt(at + 12)).isEqualTo(0x01000002);
            assertThat(memory.getLong(at + 16)).isZero();
            assertThat(memory.getLong(at + 24)).isEqualTo(0x1122334455667788L);
            assertUntouchedAround(layout, memory);
        }
    }

    /** uintptr_t, three times uint32_t, a gap, int64_t, a pointer; NetBSD 11 adds 32 bytes. */
    @Test
    void netBsdsStructHasWideFilterAndFlags() {
        for (KeventLayout layout : List.of(KeventLayout.NETBSD, KeventLayout.NETBSD_11)) {
            assertThat(layout.size()).isEqualTo(layout.equals(KeventLayout.NETBSD) ? 40 : 72);
            ByteBuffer memory = put(layout, layout.evfiltWrite());
            int at = layout.size();
            assertThat(memory.getLong(at)).isEqualTo(7);
            assertThat(memory.getInt(at + 8)).isEqualTo(1);
            assertThat(memory.getInt(at + 12)).isEqualTo(0x80e1);
            assertThat(memory.getInt(at + 16)).isEqualTo(0x01000002);
            assertThat(memory.getLong(at + 24)).isZero();
            assertThat(memory.getLong(at + 32)).isEqualTo(0x1122334455667788L);
            assertUntouchedAround(layout, memory);
        }
    }

    @Test
    void whatWasPutIsReadBack() {
        for (KeventLayout layout :
                List.of(KeventLayout.MACOS, KeventLayout.FREEBSD, KeventLayout.NETBSD)) {
            ByteBuffer memory = put(layout, layout.evfiltRead());
            int at = layout.size();
            assertThat(layout.filter(memory, at)).isEqualTo(layout.evfiltRead());
            assertThat(layout.flags(memory, at)).isEqualTo(0x80e1);
            assertThat(layout.fflags(memory, at)).isEqualTo(0x01000002);
            assertThat(layout.data(memory, at)).isZero();
            assertThat(layout.udata(memory, at)).isEqualTo(0x1122334455667788L);
        }
    }

    @Test
    void everySystemNumbersItsUserEventsDifferently() {
        assertThat(KeventLayout.MACOS.evfiltUser()).isEqualTo(-10);
        assertThat(KeventLayout.FREEBSD.evfiltUser()).isEqualTo(-11);
        assertThat(KeventLayout.FREEBSD_11.evfiltUser()).isEqualTo(-11);
        assertThat(KeventLayout.OPENBSD.evfiltUser()).isEqualTo(-10);
        assertThat(KeventLayout.DRAGONFLY.evfiltUser()).isEqualTo(-9);
        assertThat(KeventLayout.NETBSD.evfiltUser()).isEqualTo(8);
        assertThat(KeventLayout.LINUX.evfiltUser()).isEqualTo(-11);
    }

    @Test
    void theLayoutIsChosenBySystemAndVersion() {
        assertThat(KeventLayout.of("Mac OS X", "14.5")).isSameAs(KeventLayout.MACOS);
        assertThat(KeventLayout.of("FreeBSD", "14.1-RELEASE")).isSameAs(KeventLayout.FREEBSD);
        assertThat(KeventLayout.of("FreeBSD", "12.0-RELEASE")).isSameAs(KeventLayout.FREEBSD);
        assertThat(KeventLayout.of("FreeBSD", "11.4-STABLE")).isSameAs(KeventLayout.FREEBSD_11);
        assertThat(KeventLayout.of("OpenBSD", "7.7")).isSameAs(KeventLayout.OPENBSD);
        assertThat(KeventLayout.of("NetBSD", "10.1")).isSameAs(KeventLayout.NETBSD);
        assertThat(KeventLayout.of("NetBSD", "11.0")).isSameAs(KeventLayout.NETBSD_11);
        assertThat(KeventLayout.of("DragonFlyBSD", "6.4-RELEASE")).isSameAs(KeventLayout.DRAGONFLY);
        assertThat(KeventLayout.of("Linux", "6.8.0")).isSameAs(KeventLayout.LINUX);
    }
}
