package dev.eventloop.lb.command;

import dev.eventloop.lb.admin.AdminListener;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.TokenFile;
import dev.eventloop.lb.handover.Predecessor;
import dev.eventloop.lb.lookup.HostLookup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The socket of the admin port: a new one, or that of the process before this one. */
final class AdminPort {
    private AdminPort() {}

    /**
     * Opens or takes over what is configured; null for none.
     *
     * @param predecessor null if there is none
     */
    static AdminListener listener(Configuration configuration, Predecessor predecessor)
            throws IOException {
        SocketAddress wanted = configuration.get(AllSettings.ADMIN);
        if (wanted == null) {
            return null;
        }
        String tokenFile = configuration.get(AllSettings.ADMIN_TOKEN_FILE);
        String token = tokenFile == null ? null : TokenFile.read(tokenFile);
        SocketAddress address =
                wanted instanceof InetSocketAddress inet
                        ? HostLookup.addressToListenOn(inet.getHostString(), inet.getPort())
                        : wanted;
        if (predecessor != null && textOf(wanted).equals(predecessor.offer().admin())) {
            return AdminListener.inherit(address, token, predecessor.takeAdminFd());
        }
        return address instanceof UnixDomainSocketAddress unix
                ? AdminListener.open(unix, token)
                : AdminListener.open((InetSocketAddress) address, token);
    }

    /** As the configurations of both processes have it. */
    static String textOf(SocketAddress configured) {
        return configured instanceof InetSocketAddress inet
                ? inet.getHostString() + ":" + inet.getPort()
                : "unix:" + configured;
    }
}
