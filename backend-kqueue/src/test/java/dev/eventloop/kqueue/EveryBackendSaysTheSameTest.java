package dev.eventloop.kqueue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import dev.eventloop.poll.PollPoller;
import dev.eventloop.select.SelectPoller;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The same random calls give the same callbacks on every backend: for the same fds, with the same
 * READ, WRITE and, for sockets, ERROR bits.
 */
@Tag("fast")
final class EveryBackendSaysTheSameTest {
    private static final int RUNS = 600;
    private static final int STEPS = 60;
    private static final int FDS = 6;

    private interface Opener {
        EventLoop open(SimulatedKernel kernel, EventLoopOptions options) throws ErrnoException;
    }

    @Test
    void onTheSimulatedKernel() throws Exception {
        List<Opener> openers =
                List.of(
                        (kernel, options) -> EventLoop.over(new EpollPoller(kernel, 64), options),
                        (kernel, options) ->
                                EventLoop.over(
                                        new KqueuePoller(kernel, KeventLayout.MACOS, 64), options),
                        (kernel, options) -> EventLoop.over(new PollPoller(kernel, 64), options),
                        (kernel, options) -> EventLoop.over(new SelectPoller(kernel, 64), options));
        for (int seed = 0; seed < RUNS; seed++) {
            List<List<String>> runs = new ArrayList<>();
            for (Opener opener : openers) {
                SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults());
                EventLoop loop =
                        opener.open(kernel, EventLoopOptions.defaults().clock(kernel::nanoTime));
                runs.add(new Run(kernel, loop, seed).play());
                assertThat(kernel.openFiles()).isZero();
            }
            compare(seed, runs, List.of("epoll", "kqueue", "poll", "select"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onThisKernel() throws Exception {
        LibC libc = LibC.system();
        for (int seed = 0; seed < RUNS / 5; seed++) {
            List<List<String>> runs = new ArrayList<>();
            EventLoopOptions options = EventLoopOptions.defaults();
            for (EventLoop loop :
                    List.of(
                            EventLoop.over(new EpollPoller((LinuxLibC) libc, 64), options),
                            EventLoop.over(new PollPoller(libc, 64), options),
                            EventLoop.over(new SelectPoller(libc, 64), options))) {
                runs.add(new Run(libc, loop, seed).play());
            }
            compare(seed, runs, List.of("epoll", "poll", "select"));
        }
    }

    private static void compare(int seed, List<List<String>> runs, List<String> names) {
        List<String> first = runs.get(0);
        for (int other = 1; other < runs.size(); other++) {
            for (int i = 0; i < first.size(); i++) {
                assertThat(runs.get(other).get(i))
                        .as(
                                "seed %d, %s against %s, after %s",
                                seed, names.get(other), names.get(0), first.subList(0, i))
                        .isEqualTo(first.get(i));
            }
        }
    }

    /** One sequence of calls over pairs of fds; [i] is watched, peer [i] is the other end. */
    private static final class Run {
        private final Sockets sockets;
        private final EventLoop loop;
        private final SplittableRandom random;
        private final boolean isReal;
        private final List<String> lines = new ArrayList<>();
        private final TreeMap<Integer, Integer> called = new TreeMap<>();
        private final int[] watched = new int[FDS];
        private final int[] peers = new int[FDS];
        private final boolean[] registered = new boolean[FDS];
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(512 * 1024);

        Run(LibC libc, EventLoop loop, long seed) {
            this.sockets = new Sockets(libc);
            this.loop = loop;
            this.random = new SplittableRandom(seed);
            this.isReal = libc == LibC.system();
        }

        List<String> play() throws IOException {
            for (int i = 0; i < FDS; i++) {
                open(i);
            }
            for (int step = 0; step < STEPS; step++) {
                step(random.nextInt(FDS));
                runOnce();
            }
            loop.close();
            for (int i = 0; i < FDS; i++) {
                close(watched, i);
                close(peers, i);
            }
            return lines;
        }

        /** Without TCP on the real kernel, which may deliver a moment later. */
        private void open(int i) throws IOException {
            int[] ends;
            switch (isReal ? i % 3 : i % 4) {
                case 0 -> ends = sockets.pair();
                case 1 -> ends = sockets.pipe();
                case 2 -> {
                    int[] pipe = sockets.pipe();
                    ends = new int[] {pipe[1], pipe[0]};
                }
                default -> ends = connection();
            }
            watched[i] = ends[0];
            peers[i] = ends[1];
            registered[i] = false;
        }

        private int[] connection() throws IOException {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            int listener = sockets.listen(any, ListenOptions.defaults());
            int client = sockets.connect(sockets.localAddress(listener));
            int server = sockets.accept(listener);
            sockets.close(listener);
            return new int[] {client, server};
        }

        private void step(int i) throws IOException {
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> add(i);
                case 3, 4 -> mod(i);
                case 5 -> del(i);
                case 6 -> write(peers[i], "peer writes", i);
                case 7 -> read(peers[i], "peer reads", i);
                case 8 -> write(watched[i], "writes", i);
                case 9 -> read(watched[i], "reads", i);
                case 10 -> {
                    if (peers[i] >= 0) {
                        sockets.shutdownWrite(peers[i]);
                        lines.add("peer " + i + " half-closes");
                    }
                }
                case 11 -> {
                    if (random.nextBoolean()) {
                        close(peers, i);
                        lines.add("peer " + i + " closes");
                    }
                }
                case 12 -> {
                    if (random.nextInt(4) == 0 && peers[i] >= 0) {
                        sockets.reset(peers[i]);
                        peers[i] = -1;
                        lines.add("peer " + i + " resets");
                    }
                }
                default -> {
                    if (registered[i]) {
                        loop.del(watched[i]);
                    }
                    close(watched, i);
                    close(peers, i);
                    open(i);
                    lines.add(i + " is another");
                }
            }
        }

        private void add(int i) {
            int interest = interest(i);
            String result = "done";
            try {
                loop.add(watched[i], interest, (fd, events, none) -> called.put(i, events), null);
                registered[i] = true;
            } catch (ErrnoException e) {
                result = e.errnoName();
            }
            lines.add("add " + i + " " + Events.toString(interest) + " " + result);
        }

        private void mod(int i) {
            int interest = interest(i);
            String result = "done";
            try {
                loop.mod(watched[i], interest);
            } catch (ErrnoException e) {
                result = e.errnoName();
            }
            lines.add("mod " + i + " " + Events.toString(interest) + " " + result);
        }

        private void del(int i) {
            String result = "done";
            try {
                loop.del(watched[i]);
                registered[i] = false;
            } catch (ErrnoException e) {
                result = e.errnoName();
            }
            lines.add("del " + i + " " + result);
        }

        /** The interest for a pipe's end has its one direction only. */
        private int interest(int i) {
            int kind = i % (isReal ? 3 : 4);
            int possible = kind == 1 ? Events.READ : Events.READ | Events.WRITE;
            int directions = random.nextInt(4) & (kind == 2 ? Events.WRITE : possible);
            return directions != 0 && random.nextInt(3) == 0
                    ? directions | Events.ONESHOT
                    : directions;
        }

        private void write(int fd, String what, int i) {
            int length = random.nextInt(4) == 0 ? bytes.capacity() : 1 + random.nextInt(1_000);
            int count = sockets.write(fd, bytes.clear().limit(length));
            lines.add(what + " " + i + " " + name(count));
        }

        private void read(int fd, String what, int i) {
            int length = random.nextBoolean() ? bytes.capacity() : 1 + random.nextInt(1_000);
            int count = sockets.read(fd, bytes.clear().limit(length));
            lines.add(what + " " + i + " " + name(count));
        }

        private static String name(int count) {
            return count < 0 ? Errno.name(-count) : Integer.toString(count);
        }

        private void runOnce() throws IOException {
            called.clear();
            int count = loop.run(0);
            StringBuilder line = new StringBuilder("run " + count + ":");
            called.forEach(
                    (i, events) -> line.append(' ').append(i).append(' ').append(text(i, events)));
            lines.add(line.toString());
        }

        private String text(int i, int events) {
            boolean pipe = i % (isReal ? 3 : 4) == 1 || i % (isReal ? 3 : 4) == 2;
            int compared = Events.READ | Events.WRITE | (pipe ? 0 : Events.ERROR);
            return Events.toString(events & compared);
        }

        private void close(int[] fds, int i) {
            if (fds[i] >= 0) {
                sockets.close(fds[i]);
                fds[i] = -1;
            }
        }
    }
}
