package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.spi.Poller;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a poller over poll(2) or select(2) reports, to the bit: the loop leaves out what nobody
 * asked for.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ExactEventsContract {
    private final OpenFds fds = new OpenFds();

    /** The poller, over these system calls. */
    protected abstract Poller poller(LibC libc, int maxEvents) throws ErrnoException;

    /** The system call by which it waits. */
    protected abstract String call();

    @AfterEach
    void closeEverything() {
        fds.close();
    }

    @Test
    void aNumberThatBelongsToAnotherFileNowIsOneRegistration() throws Exception {
        try (Poller poller = poller(LibC.system(), 8)) {
            int fd = fds.pair()[0];
            int[] next = fds.pair();
            poller.add(fd, Events.READ, 1);
            fds.replace(fd, next[0]);
            poller.add(fd, Events.READ, 2);
            fds.send(next[1], "x");
            assertThat(poller.poll(-1)).isEqualTo(1);
            assertThat(poller.token(0)).isEqualTo(2);
            poller.del(fd);
            assertThat(poller.poll(0)).isZero();
        }
    }

    @Test
    void aHangUpUnblocksBothDirections() throws Exception {
        try (Poller poller = poller(LibC.system(), 8)) {
            int[] pipe = fds.pipe();
            poller.add(pipe[0], Events.READ, 1);
            fds.close(pipe[1]);
            assertThat(poller.poll(-1)).isEqualTo(1);
            assertThat(poller.events(0)).isEqualTo(Events.HUP | Events.READ | Events.WRITE);
        }
    }

    @Test
    void anErrorUnblocksBothDirections() throws Exception {
        try (Poller poller = poller(LibC.system(), 8)) {
            int[] pipe = fds.pipe();
            poller.add(pipe[1], Events.WRITE, 1);
            fds.close(pipe[0]);
            assertThat(poller.poll(-1)).isEqualTo(1);
            assertThat(poller.events(0)).isEqualTo(Events.ERROR | Events.READ | Events.WRITE);
        }
    }

    @Test
    void bytesAreNoErrorAndNoHangUp() throws Exception {
        try (Poller poller = poller(LibC.system(), 8)) {
            int[] pair = fds.pair();
            fds.send(pair[1], "x");
            poller.add(pair[0], Events.READ | Events.WRITE, 1);
            assertThat(poller.poll(-1)).isEqualTo(1);
            assertThat(poller.events(0)).isEqualTo(Events.READ | Events.WRITE);
        }
    }

    @Test
    void closedFdsAreErrorsOnceEach() throws Exception {
        try (Poller poller = poller(LibC.system(), 2)) {
            int[] closed = {fds.pair()[0], fds.pair()[0], fds.pair()[0]};
            for (int i = 0; i < closed.length; i++) {
                closed[i] = fds.moveUp(closed[i]);
                poller.add(closed[i], Events.READ, closed[i]);
            }
            for (int fd : closed) {
                fds.close(fd);
            }
            assertThat(poller.poll(0)).isEqualTo(2);
            assertThat(poller.events(0)).isEqualTo(Events.ERROR);
            assertThat(poller.events(1)).isEqualTo(Events.ERROR);
            assertThat(poller.poll(0)).isEqualTo(1);
            assertThat(poller.events(0)).isEqualTo(Events.ERROR);
            assertThat(poller.poll(0)).isZero();
        }
    }

    @Test
    void aHalfCloseEndsNoWaitOfAWriter() throws Exception {
        try (Poller poller = poller(LibC.system(), 8)) {
            int[] pair = fds.pair();
            fds.fill(pair[0]);
            poller.add(pair[0], Events.WRITE, 1);
            fds.sockets().shutdownWrite(pair[1]);
            assertThat(poller.poll(0)).isZero();
        }
    }

    @Test
    void aWaitThatFailsIsTold() throws Exception {
        int[] answer = {-Errno.EINVAL};
        LibC failing =
                (LibC)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                LibC.system().getClass().getInterfaces(),
                                (proxy, method, arguments) ->
                                        method.getName().equals(call())
                                                ? answer[0]
                                                : method.invoke(LibC.system(), arguments));
        try (Poller poller = poller(failing, 8)) {
            assertThatThrownBy(() -> poller.poll(0))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining(call() + " of")
                    .hasMessageContaining("Invalid argument (EINVAL)");
            answer[0] = -Errno.EINTR;
            assertThat(poller.poll(0)).isZero();
        }
    }
}
