package dev.eventloop.lb.preface;

import static dev.eventloop.lb.preface.HelloBytes.hello;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.eventloop.net.NativeBuffer;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that is routed costs the heap nothing. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ReadingAHelloAllocatesNothingTest {
    private static final int HELLOS = 2_000;

    /** Compilers that change their mind, and classes that are loaded late, allocate once. */
    private static final int ROUNDS = 6;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ClientHello hello = new ClientHello();
    private final RouteTable<String> table =
            new RouteTable<>(
                    List.of(
                            new Route<>(ServerNamePattern.parse("a.example"), "h2", "a"),
                            new Route<>(ServerNamePattern.parse("*.b.example"), null, "b"),
                            new Route<>(null, "http/1.1", "http")),
                    "default");

    private final byte[][] streams = {
        hello().serverName("A.example").protocols("http/1.1", "h2").record(),
        HelloBytes.records(hello().serverName("x.y.b.example").protocols("h2").message(), 20),
        hello().extension(HelloBytes.KEY_SHARE, new byte[1258]).protocols("http/1.1").record(),
        hello().serverName("192.0.2.1").record(),
        HelloBytes.sslv2(0x0301, 9, 0, 32),
        HelloBytes.ascii("GET / HTTP/1.1\r\n"),
        hello().sessionId(33).record()
    };

    private final String[] pools = {"a", "b", "http", "default", "default", "default", "default"};

    @Test
    @DisplayName("2,000 hellos of each kind, byte by byte: the thread allocates not one byte")
    void routingAllocatesNothing() {
        long thread = Thread.currentThread().getId();
        try (NativeBuffer buffer = NativeBuffer.allocate(ClientHello.LIMIT)) {
            assertThat(routed(buffer, HELLOS)).isEqualTo(HELLOS * streams.length);
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated > 0; round++) {
                long before = THREADS.getThreadAllocatedBytes(thread);
                int routed = routed(buffer, HELLOS);
                allocated = THREADS.getThreadAllocatedBytes(thread) - before;
                assertThat(routed).isEqualTo(HELLOS * streams.length);
            }
            assertThat(allocated).isZero();
        }
    }

    /** How many were sent to the right pool. */
    private int routed(NativeBuffer buffer, int times) {
        int right = 0;
        for (int i = 0; i < times; i++) {
            for (int kind = 0; kind < streams.length; kind++) {
                buffer.clear();
                hello.reset();
                for (byte next : streams[kind]) {
                    buffer.put(next);
                    hello.read(buffer);
                }
                right += table.find(hello).equals(pools[kind]) ? 1 : 0;
            }
        }
        return right;
    }
}
