package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jnr.constants.platform.RLIMIT;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.RLimit;
import org.junit.jupiter.api.Test;

/** The process has reached its limit of file descriptors (EMFILE). */
abstract class ScarcityContract extends ContractCase {
    /** The limit for the test; the usual one may be so high that it takes seconds to reach. */
    private static final int ENOUGH = 4_000;

    private final List<Integer> taken = new ArrayList<>();

    /** First with spare fds, because classes loaded on first use may open files, then without. */
    private interface Scene {
        void play(boolean spare) throws Exception;
    }

    private void play(Scene scene) throws Exception {
        scene.play(true);
        Runnable restoring = machine == Machine.real() ? limitOpenFiles() : () -> {};
        try {
            takeAll();
            scene.play(false);
        } finally {
            restoring.run();
            giveBack(taken.size());
        }
    }

    /** Lowers RLIMIT_NOFILE of this process; running the result restores it. */
    private static Runnable limitOpenFiles() {
        POSIX posix = POSIXFactory.getNativePOSIX();
        int resource = RLIMIT.RLIMIT_NOFILE.intValue();
        RLimit old = posix.getrlimit(resource);
        long soft = old.rlimCur();
        long hard = old.rlimMax();
        assertThat(posix.setrlimit(resource, ENOUGH, hard)).isZero();
        return () -> assertThat(posix.setrlimit(resource, soft, hard)).isZero();
    }

    private void takeAll() throws ErrnoException {
        int any = fds.pair()[0];
        int fd = machine.dup(any);
        while (fd >= 0) {
            taken.add(fd);
            fd = machine.dup(any);
        }
        assertThat(fd).isEqualTo(-Errno.EMFILE);
    }

    private void giveBack(int count) {
        for (int i = 0; i < count; i++) {
            sockets.close(taken.remove(taken.size() - 1));
        }
    }

    @Test
    void aConnectionThatCannotBeAcceptedWaitsUntilItCan() throws Exception {
        int listener = fds.listener();
        loop.add(listener, Events.READ, recorder, null);
        int[] clients = {fds.connect(listener), fds.connect(listener)};
        play(
                spare -> {
                    for (int i = 0; i < 3; i++) {
                        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
                        assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
                        if (!spare) {
                            assertThat(sockets.accept(listener)).isEqualTo(-Errno.EMFILE);
                        }
                    }
                    if (!spare) {
                        giveBack(1);
                    }
                    int server = fds.own(sockets.accept(listener));
                    loop.add(server, Events.WRITE, recorder, "server");
                    runUntil(() -> recorder.events(server) == Events.WRITE);
                    loop.del(server);
                });
        assertSilent(); // both were accepted
        for (int client : clients) {
            loop.add(client, Events.WRITE, recorder, null);
        }
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(2);
    }

    @Test
    void aLoopThatCannotBeCreatedLeavesNothingBehind() throws Exception {
        play(
                spare -> {
                    for (int free = 0; free < 4; free++) {
                        long memory = NativeMemory.liveBytes();
                        int open = machine.openFiles();
                        for (int i = 0; i < 100; i++) {
                            createOrFailForWantOfFds();
                        }
                        // A thread that has ended may give its memory back meanwhile, and the JVM
                        // opens files of its own for a moment.
                        assertThat(NativeMemory.liveBytes()).isLessThanOrEqualTo(memory);
                        assertThat(machine.openFiles()).isLessThan(open + 50);
                        if (!spare) {
                            giveBack(1);
                        }
                    }
                });
    }

    private void createOrFailForWantOfFds() throws Exception {
        try (EventLoop each = contract().newLoop(defaults)) {
            assertThat(each.size()).isZero();
        } catch (ErrnoException | UncheckedIOException e) {
            assertThat(e).hasMessageContaining("EMFILE");
        }
    }

    @Test
    void aLoopThatIsThereNeedsNoMore() throws Exception {
        int[] pair = fds.pair();
        List<String> done = new ArrayList<>();
        Timer timer = loop.newTimer(() -> done.add("timer"));
        play(
                spare -> {
                    recorder.forget();
                    done.clear();
                    loop.add(pair[0], Events.READ, recorder, null);
                    loop.wakeup();
                    assertThat(loop.run(-1)).isZero();
                    loop.execute(() -> done.add("task"));
                    assertThat(loop.run(-1)).isZero();
                    timer.start(Duration.ofMillis(1));
                    while (done.size() < 2) {
                        assertThat(loop.run(-1)).isZero();
                    }
                    fds.send(pair[1], "x");
                    assertThat(loop.run(-1)).isEqualTo(1);
                    loop.mod(pair[0], Events.WRITE);
                    assertThat(loop.run(-1)).isEqualTo(1);
                    fds.receive(pair[0]);
                    loop.del(pair[0]);
                    assertSilent();
                });
    }
}
