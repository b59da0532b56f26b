package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.admin.AdminListener;
import dev.eventloop.lb.admin.AdminServer;
import dev.eventloop.lb.admin.UnixListener;
import dev.eventloop.lb.handover.HandoverServer;
import dev.eventloop.lb.handover.Offer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Set;

/** Hands this process's work over to the next process, when that asks for it. */
final class Handover implements HandoverServer.Source, AutoCloseable {
    private static final String WHAT = "the socket of --handover";

    private static final String TAKES_OVER =
            "another process takes over from this one; try again in a second";

    private final LoadBalancer loadBalancer;
    private final Reload reload;
    private final AdminListener adminListener;
    private final AdminServer admin;
    private final SocketAddress adminAddress;
    private final Systemd systemd;
    private final Runnable end;
    private UnixListener listener;
    private HandoverServer server;

    /** Null before. */
    private volatile Set<InetSocketAddress> taken;

    /**
     * @param adminListener null without an admin port, as {@code admin} and its address
     * @param end lets the process drain
     */
    Handover(
            LoadBalancer loadBalancer,
            Reload reload,
            AdminListener adminListener,
            AdminServer admin,
            SocketAddress adminAddress,
            Systemd systemd,
            Runnable end) {
        this.loadBalancer = loadBalancer;
        this.reload = reload;
        this.adminListener = adminListener;
        this.admin = admin;
        this.adminAddress = adminAddress;
        this.systemd = systemd;
        this.end = end;
    }

    /**
     * Listens for the next process.
     *
     * @param takenOver whether another process listened at the path, which drains by now
     */
    synchronized void listen(Path path, boolean takenOver) throws IOException {
        listener =
                takenOver
                        ? UnixListener.replace(WHAT, path.toAbsolutePath())
                        : UnixListener.open(WHAT, UnixDomainSocketAddress.of(path));
        server = HandoverServer.start(listener.fd(), this);
        ProcessSignals.handOverBy(server::startNext);
    }

    @Override
    public Offer offer() {
        reload.hold(TAKES_OVER);
        if (admin != null) {
            admin.changes().refuse(TAKES_OVER);
        }
        return new Offer(
                ProcessHandle.current().pid(),
                loadBalancer.listeningSockets(),
                adminListener == null ? -1 : adminListener.fd(),
                adminListener == null ? null : AdminPort.textOf(adminAddress),
                loadBalancer.operatorState());
    }

    @Override
    public void abandoned() {
        if (admin != null) {
            admin.changes().refuse(null);
        }
        reload.goOn();
    }

    @Override
    public void handedOver(long pid, Set<InetSocketAddress> addresses) {
        taken = addresses;
        systemd.handedOver(pid);
        if (admin != null) {
            admin.handOver();
        }
        end.run();
    }

    @Override
    public Process start() throws IOException {
        return NextCommand.start();
    }

    /** The addresses that another process has taken over; null if this one ends without that. */
    Set<InetSocketAddress> taken() {
        return taken;
    }

    @Override
    public synchronized void close() {
        if (server == null) {
            return;
        }
        if (taken != null) {
            server.awaitEnd();
        }
        server.close(); // and does not wait for a process that is not ready yet
        listener.close();
    }
}
