package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.BackendInfo;
import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A loop watches files and events that only Linux has. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class OnlyOnLinuxTest extends EpollCase {
    private static final int MSG_OOB = 1; // sys/socket.h

    private final LinuxLibC libc = (LinuxLibC) LibC.system();
    private final List<String> heard = new ArrayList<>();

    @Test
    void epollIsTheBackendOfChoice() throws Exception {
        assertThat(EventLoop.backends()).contains(new BackendInfo("epoll", true, ""));
        try (EventLoop loop = EventLoop.create()) {
            assertThat(loop.backendName()).isEqualTo("epoll");
            assertThat(loop.capabilities()).containsExactlyInAnyOrder(Capability.values());
        }
    }

    @Test
    void anotherEpollFdIsReadableWhileItHasEvents() throws Exception {
        EventLoop loop = loopOver(libc);
        int inner = fds.own(libc.epollCreate());
        int[] pair = fds.pair();
        loop.add(inner, Events.READ, (fd, events, attachment) -> heard.add("inner"), null);
        assertNeverEarly(loop, 5);
        try (NativeMemory event = NativeMemory.allocate(16)) {
            event.buffer().putInt(0, 1); // EPOLLIN
            assertThat(libc.epollCtl(inner, 1, pair[0], event.address())).isZero();
        }
        assertNeverEarly(loop, 5);
        fds.send(pair[1], "x");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        fds.receive(pair[0]);
        assertNeverEarly(loop, 5);
    }

    @Test
    void anEdgeTriggeredEventfdIsHeardOncePerWriteThoughNobodyReadsIt() throws Exception {
        EventLoop loop = loopOver(libc);
        int eventfd = fds.own(libc.eventfd());
        loop.add(
                eventfd,
                Events.READ | Events.EDGE,
                (fd, events, attachment) -> heard.add("x"),
                null);
        ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        for (int i = 1; i <= 5; i++) {
            fds.sockets().write(eventfd, one.clear().putLong(0, 1));
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertNeverEarly(loop, 2);
            assertThat(heard).hasSize(i);
        }
    }

    /** EPOLLPRI is not requested, and is not READ. */
    @Test
    void urgentBytesAloneAreNotReported() throws Exception {
        EventLoop loop = loopOver(libc);
        int[] tcp = fds.connection();
        loop.add(tcp[1], Events.READ, (fd, events, attachment) -> heard.add(fds.receive(fd)), null);
        try (NativeMemory urgent = NativeMemory.allocate(1)) {
            assertThat(libc.send(tcp[0], urgent.address(), 1, MSG_OOB)).isEqualTo(1);
        }
        assertNeverEarly(loop, 5);
        fds.send(tcp[0], "ordinary");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(heard).containsExactly("ordinary");
    }
}
