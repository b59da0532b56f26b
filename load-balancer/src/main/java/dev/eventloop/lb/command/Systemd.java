package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager what the process does, by datagrams to the socket that {@code
 * NOTIFY_SOCKET} names; sd_notify(3). Does nothing where that is not set. Feeds its watchdog for as
 * long as every event loop turns; sd_watchdog_enabled(3). Any thread.
 */
final class Systemd {
    private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);

    /**
     * How often in its time the watchdog is fed: one loop that is late for a second does no harm.
     */
    private static final int FEEDS = 3;

    private static final int MOST_TRIES = 50;
    private static final long NANOS_BETWEEN_TRIES = TimeUnit.MILLISECONDS.toNanos(20);

    private final Map<String, String> environment;
    private final Sockets sockets = Sockets.system();
    private boolean isReachable;

    private Systemd(Map<String, String> environment) {
        this.environment = environment;
        this.isReachable = !name().isEmpty();
    }

    static Systemd of(Map<String, String> environment) {
        return new Systemd(environment);
    }

    private String name() {
        return environment.getOrDefault("NOTIFY_SOCKET", "");
    }

    // What the process does

    /** It serves: at first, and again after a reload. */
    void ready(String status) {
        tell("READY=1\nSTATUS=" + status);
    }

    /** It reads its configuration again; {@link #ready} ends that. */
    void reloading() {
        // What nanoTime counts from is that of CLOCK_MONOTONIC in HotSpot on Linux.
        tell("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    }

    /** It drains, and ends. */
    void stopping(String status) {
        tell("STOPPING=1\nSTATUS=" + status);
    }

    /** Another process serves, and is the main one of the service; this one drains. */
    void handedOver(long pid) {
        tell("MAINPID=" + pid + "\nSTATUS=process " + pid + " serves, and the one before drains");
    }

    private synchronized void tell(String text) {
        if (!isReachable) {
            return;
        }
        int result;
        try (NativeAddress address = address()) {
            result = send(text, address);
        } catch (IllegalArgumentException e) {
            LOG.warn("NOTIFY_SOCKET is not understood: {}", e.getMessage());
            isReachable = false;
            return;
        }
        if (result < 0) {
            LOG.warn(
                    "cannot tell the service manager at {} \"{}\": {} ({})",
                    name(),
                    text.replace('\n', ' '),
                    Errno.description(-result),
                    Errno.name(-result));
        }
    }

    private NativeAddress address() {
        String name = name();
        if (name.startsWith("@")) {
            return NativeAddress.ofAbstract(name.substring(1));
        }
        if (name.startsWith("/")) {
            return NativeAddress.of(UnixDomainSocketAddress.of(name));
        }
        throw new IllegalArgumentException(
                name
                        + " is neither the path of a socket nor the name of an abstract one, as @name");
    }

    /** Bytes sent, or {@code -errno}. Waits a second for a manager that is slow to read. */
    private int send(String text, NativeAddress address) {
        int fd = sockets.datagramSocket(address);
        if (fd < 0) {
            return fd;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            int result = sockets.send(fd, bytes, address);
            for (int i = 0; i < MOST_TRIES && result == -Errno.EAGAIN; i++) {
                LockSupport.parkNanos(NANOS_BETWEEN_TRIES);
                result = sockets.send(fd, bytes, address);
            }
            return result;
        } finally {
            sockets.close(fd);
        }
    }

    // The watchdog

    /** Feeds the watchdog, if there is one, on a daemon thread. */
    void watch(LoadBalancer loadBalancer) {
        long micros = watchdogMicros();
        if (micros > 0 && isReachable) {
            long nanos = TimeUnit.MICROSECONDS.toNanos(micros) / FEEDS;
            Thread thread = new Thread(() -> feed(loadBalancer, nanos), "watchdog");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** 0 for none, or if it is that of another process. */
    private long watchdogMicros() {
        String pid = environment.get("WATCHDOG_PID");
        String own = Long.toString(ProcessHandle.current().pid());
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        return (pid == null || pid.equals(own)) && micros.matches("[0-9]{1,18}")
                ? Long.parseLong(micros)
                : 0;
    }

    private void feed(LoadBalancer loadBalancer, long nanos) {
        while (true) {
            if (loadBalancer.allLoopsTurn()) {
                tell("WATCHDOG=1");
            }
            LockSupport.parkNanos(nanos);
        }
    }
}
