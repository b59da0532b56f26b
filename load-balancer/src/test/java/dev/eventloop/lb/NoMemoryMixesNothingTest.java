package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Whatever is refused or thrown where bytes are moved, it ends the connection that it happens to,
 * by a reset; every other one gets its own bytes, all of them and in order.
 */
@Tag("fast")
class NoMemoryMixesNothingTest {
    /** More than the simulated sockets hold, so that the sink blocks. */
    private static final int LONG_ANSWER = 4 * 1024 * 1024;

    private final SteppedScene scene = new SteppedScene();
    private final Sockets peers = scene.peers();
    private boolean memoryIsRefused;

    /** Counts down the load balancer's calls to the one that throws; 0 for none. */
    private int callsUntilThrown;

    private Throwable thrown;

    /** Of the last read of {@link #all}. */
    private int lastResult;

    private void open(Splice splice) throws Exception {
        LinuxLibC failing =
                (LinuxLibC)
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
        scene.open(splice, failing);
    }

    /** What is called for a connection; close and wait are left to the loop and to the end. */
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
            "a flow that can have no buffer is reset, and the next one gets its own bytes only")
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
    @DisplayName("with memory again, blocked flows have buffers again")
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

    /** Each call of a run throws once, be it of bytes, of an end or of a reset. */
    @ParameterizedTest
    @EnumSource
    @DisplayName("anything thrown by any call ends one connection, and mixes nothing")
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
                peers.read(backend, ByteBuffer.allocate(1)); // or its close would be a reset
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
            if (lastResult == 0) { // FIN says that this was all
                assertThat(received).as("call %d, client %d", call, i).hasSize(sent[i]);
            }
            peers.close(clients.get(i));
        }
        scene.turn();
        assertThat(cut).as("connections that were cut, call %d", call).isLessThanOrEqualTo(1);
        assertThat(scene.connectionsInUse()).as("call %d", call).isZero();
    }

    /** As much as fits, up to {@link #LONG_ANSWER}; how much that was. */
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

    /** What a client gets until nothing comes; what its last read answered is kept. */
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
