package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.net.Sockets;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A failure while bytes are moved, such as ENOMEM or a Throwable, resets only the connection that
 * it hits. Every other connection gets its own bytes, complete and in order.
 */
@Tag("fast")
class NoMemoryMixesNothingTest {
    /** More than the simulated sockets hold, so that the sink blocks. */
    private static final int LONG_ANSWER = 4 * 1024 * 1024;

    private final SteppedScene scene = new SteppedScene();
    private final Sockets peers = scene.peers();
    private boolean memoryIsRefused;

    /** How many system calls of the load balancer until one throws; 0 for never. */
    private int callsUntilThrown;

    private Throwable thrown;

    /** What the last read in {@link #all} returned. */
    private int lastResult;

    private void open(Splice splice) throws Exception {
        scene.open(splice, failing());
    }

    private LinuxLibC failing() {
        return (LinuxLibC)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {LinuxLibC.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("memory") && memoryIsRefused) {
                                return null;
                            }
                            if (callsUntilThrown > 0 && isOfTheDataPath(method.getName())) {
                                callsUntilThrown--;
                                if (callsUntilThrown == 0) {
                                    throw thrown;
                                }
                            }
                            try {
                                return method.invoke(scene.kernel(), arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** The calls that move the bytes of a connection; not close(2) and the wait of the loop. */
    private static boolean isOfTheDataPath(String call) {
        return switch (call) {
            case "recv", "send", "splice", "setsockopt", "shutdown", "memory" -> true;
            default -> false;
        };
    }

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    @Test
    @DisplayName(
            "a flow without memory for its buffer is reset; the next one gets only its own bytes")
    void bufferRefused() throws Exception {
        open(Splice.OFF);
        int slow = scene.connect();
        scene.turn();
        int slowBackend = scene.accept();
        memoryIsRefused = true;
        int sent = fill(slowBackend, (byte) 's');
        scene.turn();
        int other = scene.connect();
        scene.turn();
        int otherBackend = scene.accept();
        scene.send(otherBackend, "mine");
        scene.turn();
        assertThat(all(other)).isEqualTo("mine");
        String received = all(slow);
        assertThat(received).matches("s*").hasSizeLessThan(sent);
        assertThat(lastResult).isEqualTo(-Errno.ECONNRESET);
        assertThat(scene.closes()).containsOnlyKeys(CloseReason.OUT_OF_MEMORY);
    }

    @Test
    @DisplayName("once there is memory again, blocked flows get buffers again")
    void memoryIsBack() throws Exception {
        open(Splice.OFF);
        int first = scene.connect();
        scene.turn();
        memoryIsRefused = true;
        fill(scene.accept(), (byte) '1');
        scene.turn();
        memoryIsRefused = false;
        int second = scene.connect();
        scene.turn();
        int backend = scene.accept();
        int sent = fill(backend, (byte) '2');
        peers.close(backend);
        scene.turn();
        assertThat(all(first)).matches("1*");
        assertThat(all(second)).matches("2*").hasSize(sent);
        assertThat(lastResult).isZero();
    }

    @Test
    @DisplayName(
            "bytes behind a PROXY header are not dropped: their connection is reset, and it is said")
    void behindAHeader() throws Exception {
        scene.openTcp(Unchecked.builder().acceptProxyProtocol(true), failing());
        int client = scene.connect();
        scene.turn();
        memoryIsRefused = true;
        try (Logged log = Logged.by("dev.eventloop.lb")) {
            scene.send(client, "PROXY UNKNOWN\r\nmine");
            scene.turn();
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("because there is no memory for their bytes"));
        }
        assertThat(all(client)).isEmpty();
        assertThat(lastResult).isEqualTo(-Errno.ECONNRESET);
        assertThat(scene.closes()).containsOnlyKeys(CloseReason.OUT_OF_MEMORY);
        assertThat(scene.acceptIfAny()).isEqualTo(-Errno.EAGAIN);
    }

    /** Each call of a run throws once: one that moves data, an EOF or a reset. */
    @ParameterizedTest
    @EnumSource
    @DisplayName("a Throwable from any call ends one connection, and mixes no bytes")
    void anyCallThrows(Splice splice) throws Exception {
        open(splice);
        List<Throwable> kinds =
                List.of(
                        new OutOfMemoryError("a test"),
                        new StackOverflowError("a test"),
                        new IllegalStateException("a test"),
                        new Exception("a test"));
        for (int call = 1; call <= 40; call++) {
            thrown = kinds.get(call % kinds.size());
            callsUntilThrown = call;
            talkOfThree(call);
        }
    }

    private void talkOfThree(int call) throws Exception {
        List<Integer> clients = new ArrayList<>();
        int[] sent = new int[3];
        for (int i = 0; i < 3; i++) {
            clients.add(scene.connect());
            scene.turn();
            int backend = scene.acceptIfAny();
            if (backend >= 0) {
                peers.write(clients.get(i), ByteBuffer.wrap(new byte[] {'q'}));
                scene.turn();
                peers.read(
                        backend,
                        ByteBuffer.allocate(1)); // with unread bytes close(2) would send a RST
                sent[i] = fill(backend, (byte) ('a' + i));
                scene.turn();
                sent[i] += fill(backend, (byte) ('a' + i));
                peers.close(backend);
            }
        }
        scene.turn();
        int cut = 0;
        for (int i = 0; i < 3; i++) {
            String received = all(clients.get(i));
            assertThat(received).as("call %d, client %d", call, i).matches((char) ('a' + i) + "*");
            boolean whole = lastResult == 0 && received.length() == sent[i];
            cut += whole ? 0 : 1;
            if (lastResult == 0) { // FIN: the stream must be complete
                assertThat(received).as("call %d, client %d", call, i).hasSize(sent[i]);
            }
            peers.close(clients.get(i));
        }
        scene.turn();
        assertThat(cut).as("connections that were cut, call %d", call).isLessThanOrEqualTo(1);
        assertThat(scene.connectionsInUse()).as("call %d", call).isZero();
    }

    /**
     * Writes until the socket is full, at most {@link #LONG_ANSWER}; returns the number of bytes.
     */
    private int fill(int fd, byte value) throws Exception {
        byte[] block = new byte[64 * 1024];
        Arrays.fill(block, value);
        int sent = 0;
        int quiet = 0;
        while (sent < LONG_ANSWER && quiet < 3) {
            int count = peers.write(fd, ByteBuffer.wrap(block));
            if (count > 0) {
                sent += count;
                quiet = 0;
            } else {
                scene.turn();
                quiet++;
            }
        }
        return sent;
    }

    /** Reads until EOF, an error or no more data; sets {@link #lastResult}. */
    private String all(int fd) throws Exception {
        StringBuilder text = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
        int quiet = 0;
        while (true) {
            bytes.clear();
            lastResult = peers.read(fd, bytes);
            if (lastResult > 0) {
                text.append(new String(bytes.array(), 0, lastResult, StandardCharsets.US_ASCII));
                quiet = 0;
            } else if (lastResult == -Errno.EAGAIN && quiet < 3) {
                quiet++;
                scene.turn();
            } else {
                return text.toString();
            }
        }
    }
}
