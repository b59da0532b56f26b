package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.Capability;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import org.junit.jupiter.api.Test;

/** Several loops for one fd, and loops that watch other loops. */
abstract class ManyLoopsContract extends ContractCase {
    @Test
    void oneFdCanBeWatchedByTwoLoops() throws Exception {
        Recorder others = new Recorder();
        int[] pair = fds.pair();
        EventLoop other = open(defaults);
        loop.add(pair[0], Events.READ, recorder, null);
        other.add(pair[0], Events.READ, others, null);
        fds.send(pair[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(other.run(LONG_MILLIS)).isEqualTo(1);

        loop.del(pair[0]);
        assertThat(other.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
        assertThat(others.count()).isEqualTo(2);
    }

    @Test
    void edgeHoldsInEachOfTwoLoops() throws Exception {
        assumeCapability(Capability.EDGE_TRIGGERED);
        Recorder others = new Recorder();
        EventLoop other = open(defaults);
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ | Events.EDGE, recorder, null);
        other.add(pair[0], Events.READ | Events.EDGE, others, null);
        fds.send(pair[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(other.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
        assertThat(other.run(0)).isZero();
    }

    @Test
    void oneshotIsUsedUpInOneOfTwoLoopsOnly() throws Exception {
        assumeCapability(Capability.ONESHOT);
        Recorder others = new Recorder();
        EventLoop other = open(defaults);
        int fd = readable();
        loop.add(fd, Events.READ | Events.ONESHOT, recorder, null);
        other.add(fd, Events.READ | Events.ONESHOT, others, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertSilent();
        assertThat(other.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(other.run(0)).isZero();
    }

    @Test
    void aNumberThatMovesToAnotherLoopIsHeardThereOnly() throws Exception {
        Recorder others = new Recorder();
        EventLoop other = open(defaults);
        int number = fds.pair()[0];
        for (int round = 0; round < 20; round++) {
            loop.add(number, Events.WRITE, recorder, "one");
            loop.del(number);
            int[] fresh = fds.pair();
            fds.replace(number, fresh[0]);
            fds.send(fresh[1], "x");
            other.add(number, Events.READ, others, "other");
            assertSilent();
            assertThat(other.run(LONG_MILLIS)).isEqualTo(1);
            other.del(number);
        }
        assertThat(recorder.count()).isZero();
        assertThat(others.calls()).hasSize(20).allMatch(call -> call.attachment() == "other");
    }

    @Test
    void aCallbackMayRunAnotherLoop() throws Exception {
        EventLoop inner = open(defaults);
        Recorder innerRecorder = new Recorder();
        int writable = fds.pair()[0];
        inner.add(writable, Events.WRITE, innerRecorder, null);
        EventCallback<Object> running =
                (fd, events, attachment) -> {
                    inner.run(0);
                    recorder.onEvent(fd, events, attachment);
                };
        loop.add(writable, Events.WRITE, running, null);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(innerRecorder.count()).isEqualTo(1);
        assertThat(recorder.count()).isEqualTo(1);
    }

    @Test
    void aCallbackMayChangeStopAndCloseAnotherLoop() throws Exception {
        EventLoop other = open(defaults);
        int fd = readable();
        EventCallback<Object> changing =
                (ready, events, attachment) -> {
                    recorder.onEvent(ready, events, attachment);
                    switch (recorder.count()) {
                        case 1 -> other.add(ready, Events.READ, recorder, "other");
                        case 2 -> other.mod(ready, 0);
                        case 3 -> other.stop();
                        default -> other.close();
                    }
                };
        loop.add(fd, Events.READ, changing, null);
        loop.run(LONG_MILLIS);
        assertThat(other.size()).isEqualTo(1);
        loop.run(LONG_MILLIS);
        assertThat(other.run(0)).isZero();
        loop.run(LONG_MILLIS);
        other.runUntilStopped();
        loop.run(LONG_MILLIS);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).noneMatch(call -> "other".equals(call.attachment()));
    }

    /** An epoll fd is readable while one of its fds is ready: epoll(7), Q4. */
    @Test
    void thePollerOfOneCanBeWatchedByAnother() throws Exception {
        assumeTrue(
                machine.libc() instanceof LinuxLibC && !loop.backendName().equals("kqueue"),
                "epoll and kqueue are of different systems");
        LinuxLibC libc = (LinuxLibC) machine.libc();
        int inner = fds.own(libc.epollCreate());
        loop.add(inner, Events.READ, recorder, null);
        assertSilent();
        int[] pair = fds.pair();
        watch(libc, inner, pair[0]);
        assertSilent();
        fds.send(pair[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls()).containsExactly(new Recorder.Call(inner, Events.READ, null));
        fds.receive(pair[0]);
        assertSilent();
    }

    /** EPOLL_CTL_ADD and EPOLLIN are 1: linux/eventpoll.h. The event's data is not used. */
    private static void watch(LinuxLibC libc, int epollFd, int fd) {
        try (NativeMemory event = NativeMemory.allocate(2 * Long.BYTES)) {
            event.buffer().putInt(0, 1);
            assertThat(libc.epollCtl(epollFd, 1, fd, event.address())).isZero();
        }
    }
}
