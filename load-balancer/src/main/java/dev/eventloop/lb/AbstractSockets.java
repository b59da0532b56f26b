package dev.eventloop.lb;

import dev.eventloop.libc.OperatingSystem;
import dev.eventloop.net.NativeAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Unix-domain sockets that have a name but no file, as only Linux has them: unix(7), "Abstract
 * sockets". Java has no address for them. As in HAProxy and systemd, a path that begins with
 * {@code @} stands for one; {@code ./@name} is a file.
 */
public final class AbstractSockets {
    private static final String MARK = "@";

    private AbstractSockets() {}

    /**
     * Encodes the address of a backend.
     *
     * @throws IllegalArgumentException with a sentence, if this system has no such address
     */
    public static NativeAddress encode(SocketAddress address) {
        if (!(address instanceof UnixDomainSocketAddress unix)) {
            return NativeAddress.of(address);
        }
        String path = unix.getPath().toString();
        if (!path.startsWith(MARK)) {
            return NativeAddress.of(address);
        }
        if (OperatingSystem.current() != OperatingSystem.LINUX) {
            throw new IllegalArgumentException(
                    "only Linux has abstract sockets; write a path, ./" + path + " if it is one");
        }
        return NativeAddress.ofAbstract(path.substring(MARK.length()));
    }
}
