package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same random calls have the same results on the real and on the simulated kernel. */
@EnabledOnOs(OS.LINUX)
@Tag("fast")
final class LinuxAndTheSimulationAgreeTest {
    private static final int RUNS = 400;
    private static final int CALLS = 25;
    private static final int SIZE = 64 * 1024;
    private static final int MSG_PEEK = 2;
    private static final int EPOLL_EVENTS = 0x2005; // IN, OUT, RDHUP
    private static final int RDHUP = 0x2000;
    private static final int ERR_HUP = 0x0018;
    private static final int EDGE = 1 << 31;

    @ParameterizedTest
    @EnumSource
    void everyCallHasTheSameResultOnBoth(ConnectionKind kind) throws Exception {
        for (int seed = 0; seed < RUNS; seed++) {
            List<String> real = new Run(LibC.system(), kind, seed).play();
            LibC simulated = new SimulatedKernel(KernelOptions.defaults().seed(seed));
            List<String> inMemory = new Run(simulated, kind, seed).play();
            assertThat(divergence(real, inMemory)).as("seed %d", seed).isEmpty();
        }
    }

    /** All lines up to the first that differs; empty if none does. */
    private static String divergence(List<String> real, List<String> simulated) {
        for (int i = 0; i < real.size(); i++) {
            if (!real.get(i).equals(simulated.get(i))) {
                String common = String.join("; ", real.subList(0, i));
                return common + "; really " + real.get(i) + ", simulated " + simulated.get(i);
            }
        }
        return "";
    }

    /** One sequence of calls on the two ends of a connection. */
    private static final class Run {
        private final LinuxLibC libc;
        private final Sockets sockets;
        private final ConnectionKind kind;
        private final SplittableRandom random;
        private final NativeMemory memory = NativeMemory.allocate(SIZE);
        private final List<String> results = new ArrayList<>();
        private final int eventSize = KernelOptions.defaults().epollEventSize();
        private int[] ends;
        private final boolean[] edge = new boolean[2];
        private final int[] events = new int[2];
        private final int[] bitsBefore = new int[2];
        private final int[] unread = new int[2];
        private int sender;
        private boolean endedNow;
        private int epollFd;
        private int[] pipe;

        Run(LibC libc, ConnectionKind kind, long seed) {
            this.libc = (LinuxLibC) libc;
            this.sockets = new Sockets(libc);
            this.kind = kind;
            this.random = new SplittableRandom(seed);
        }

        List<String> play() throws Exception {
            ends = kind.open(sockets, random);
            epollFd = libc.epollCreate();
            pipe = sockets.pipe();
            for (int end = 0; end < 2; end++) {
                watch(end);
            }
            for (int call = 0; call < CALLS; call++) {
                sender = -1;
                endedNow = false;
                int end = random.nextInt(2);
                step(end);
                settle(end);
                look();
            }
            sockets.close(epollFd);
            sockets.close(pipe[0]);
            sockets.close(pipe[1]);
            sockets.close(ends[0]);
            sockets.close(ends[1]);
            memory.close();
            return results;
        }

        /** With READ_HUP alone in one of three runs. */
        private void watch(int end) {
            edge[end] = random.nextBoolean();
            events[end] = random.nextInt(3) == 0 ? RDHUP : EPOLL_EVENTS;
            memory.buffer().putInt(0, edge[end] ? events[end] | EDGE : events[end]);
            memory.buffer().putLong(eventSize - Long.BYTES, end);
            note("watch", end, libc.epollCtl(epollFd, 1, ends[end], memory.address()));
        }

        private void step(int end) {
            int fd = ends[end];
            int length = 1 + random.nextInt(1000);
            switch (random.nextInt(kind.steps())) {
                case 0, 1, 2, 3 -> {
                    int sent = kindOfSend(fd, length);
                    note("send", end, sent);
                    sender = sent > 0 ? end : -1;
                    unread[1 - end] += Math.max(0, sent);
                }
                case 4, 5, 6, 7 -> {
                    int received = kindOfRecv(fd, length);
                    note("recv", end, received);
                    unread[end] -= Math.max(0, received);
                }
                case 8 -> {
                    int result = libc.shutdown(fd, SocketConstants.SHUT_WR);
                    note("shutdown", end, result);
                    endedNow = result == 0;
                }
                case 9 -> note("error", end, sockets.connectResult(fd));
                case 10 -> {
                    if (random.nextInt(3) == 0) {
                        note("close", end, libc.close(fd));
                        ends[end] = -1;
                        endedNow = true;
                    }
                }
                case 12, 13 -> {
                    int spliced = libc.splice(fd, pipe[1], length);
                    note("fill", end, spliced);
                    unread[end] -= Math.max(0, spliced);
                }
                case 14, 15 -> {
                    int spliced = libc.splice(pipe[0], fd, length);
                    note("drain", end, spliced);
                    sender = spliced > 0 ? end : -1;
                    unread[1 - end] += Math.max(0, spliced);
                }
                default -> {
                    if (random.nextInt(3) == 0 && fd >= 0) {
                        sockets.reset(fd);
                        note("reset", end, 0);
                        ends[end] = -1;
                        endedNow = true;
                    }
                }
            }
        }

        private int kindOfSend(int fd, int length) {
            if (random.nextInt(4) == 0) {
                return gatheringSend(fd, length);
            }
            if (kind == ConnectionKind.UDP && random.nextBoolean()) {
                return libc.sendto(fd, memory.address(), random.nextInt(3) * length, 0, 0, 0);
            }
            return kind == ConnectionKind.PIPE
                    ? libc.write(fd, memory.address(), length)
                    : libc.send(fd, memory.address(), length, 0);
        }

        /** Writes with writev(2) in three parts, one of them empty. */
        private int gatheringSend(int fd, int length) {
            int first = length / 3;
            ByteBuffer vector = memory.buffer();
            putPart(vector, 0, memory.address(), first);
            putPart(vector, 1, memory.address(), 0);
            putPart(vector, 2, memory.address() + first, length - first);
            return libc.writev(fd, memory.address(), 3);
        }

        private void putPart(ByteBuffer vector, int index, long address, int length) {
            vector.putLong(index * 2 * Long.BYTES, address);
            vector.putLong((index * 2 + 1) * Long.BYTES, length);
        }

        private int kindOfRecv(int fd, int length) {
            if (kind == ConnectionKind.UDP && random.nextBoolean()) {
                return libc.recvfrom(fd, memory.address(), length, 0, 0, 0);
            }
            return kind == ConnectionKind.PIPE
                    ? libc.read(fd, memory.address(), length)
                    : libc.recv(fd, memory.address(), length, 0);
        }

        /** On the real kernel, waits until what the last call sent has arrived at the other end. */
        private void settle(int end) {
            if (kind != ConnectionKind.TCP || libc != LibC.system()) {
                return;
            }
            if (sender >= 0 && ends[1 - end] >= 0) {
                int arrived;
                do {
                    arrived = libc.recv(ends[1 - end], memory.address(), SIZE, MSG_PEEK);
                } while (arrived == -Errno.EAGAIN || (arrived >= 0 && arrived < unread[1 - end]));
            } else if (sender >= 0) { // the answer is RST
                awaitBits(end, 0);
            } else if (endedNow && ends[1 - end] >= 0) {
                awaitBits(1 - end, 0x2000);
            }
        }

        private void awaitBits(int end, int bits) {
            memory.buffer().putInt(0, ends[end]);
            memory.buffer().putShort(4, (short) bits);
            libc.poll(memory.address(), 1, 1_000_000_000);
        }

        private void look() {
            int[] expected = new int[2];
            for (int end = 0; end < 2; end++) {
                memory.buffer().putInt(0, ends[end] < 0 ? Integer.MAX_VALUE : ends[end]);
                memory.buffer().putShort(4, (short) 0x2005);
                memory.buffer().putShort(6, (short) 0);
                libc.poll(memory.address(), 1, 0);
                int bits = memory.buffer().getShort(6);
                note("poll", end, bits);
                bits &= events[end] | ERR_HUP;
                expected[end] = edge[end] ? bits & ~bitsBefore[end] : bits;
                if (sender == 1 - end) {
                    expected[end] |= bits & 1; // more bytes are another edge
                }
                bitsBefore[end] = bits;
            }
            int count = libc.epollWait(epollFd, memory.address(), 8, 0);
            int[] bits = new int[2];
            for (int i = 0; i < count; i++) {
                int end = (int) memory.buffer().getLong(i * eventSize + eventSize - Long.BYTES);
                bits[end] = memory.buffer().getInt(i * eventSize);
            }
            note("epoll", 0, bits[0] & expected[0]); // additional edges are allowed
            note("epoll", 1, bits[1] & expected[1]);
        }

        private void note(String call, int end, int result) {
            String text = result < 0 ? Errno.name(-result) : "0x" + Integer.toHexString(result);
            results.add(call + " " + end + " = " + text);
        }
    }
}
