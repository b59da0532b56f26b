package dev.eventloop.lb.command;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.InheritedSockets;
import dev.eventloop.lb.ListeningSocket;
import dev.eventloop.lb.Names;
import dev.eventloop.net.FdPassing;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets that the service manager has opened for this process: {@code LISTEN_FDS},
 * {@code LISTEN_PID} and {@code LISTEN_FDNAMES}, sd_listen_fds(3). Clients that connect while the
 * process starts, or starts again, wait in their backlogs.
 */
final class ServiceSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceSockets.class);

    /** SD_LISTEN_FDS_START. */
    private static final int FIRST = 3;

    /** A service has no more than the limit of open files. */
    private static final String NUMBER = "[0-9]{1,6}";

    private ServiceSockets() {}

    /**
     * Those that the environment names; none if it is that of another process.
     *
     * @throws IOException if one of them is no listening socket, with a sentence for the user
     */
    static InheritedSockets of(Map<String, String> environment) throws IOException {
        String count = environment.get("LISTEN_FDS");
        String pid = environment.get("LISTEN_PID");
        if (count == null || pid == null || !pid.equals("" + ProcessHandle.current().pid())) {
            return InheritedSockets.none();
        }
        if (!count.matches(NUMBER)) {
            throw new IOException(
                    "LISTEN_FDS is \"" + count + "\"; it must be the number of sockets");
        }
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        List<ListeningSocket> all = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(count); i++) {
            all.add(socket(FIRST + i, i < names.length ? names[i] : ""));
        }
        return new InheritedSockets(all);
    }

    private static ListeningSocket socket(int fd, String name) throws IOException {
        Sockets sockets = Sockets.system();
        try {
            FdPassing.system().adopt(fd);
        } catch (ErrnoException e) {
            throw wrong(fd, name, "is not open: " + e.getMessage(), e);
        }
        InetSocketAddress address = sockets.localAddress(fd);
        if (address == null || !sockets.isListening(fd)) {
            throw wrong(fd, name, "does not listen on TCP; use ListenStream=ADDRESS:PORT", null);
        }
        return new ListeningSocket(name, null, address, sockets.isV6Only(fd), true, List.of(fd));
    }

    private static IOException wrong(int fd, String name, String why, Exception cause) {
        String label = name.isEmpty() ? "" : " (" + name + ")";
        return new IOException("fd " + fd + label + " of the service manager " + why, cause);
    }

    /** Warns of those that no frontend has taken, and closes them. */
    static void closeUnused(InheritedSockets sockets) {
        for (ListeningSocket left : sockets.left()) {
            if (left.configured() == null) {
                LOG.warn(
                        "no frontend listens on {}{}, a socket of the service manager, which is"
                                + " closed; name it after a frontend (FileDescriptorName=), or give"
                                + " one its address",
                        Names.of(left.address()),
                        left.frontend().isEmpty() ? "" : " (" + left.frontend() + ")");
            }
        }
        sockets.close();
    }
}
