package dev.eventloop.lb.pool;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ports that this machine chooses from when a connect needs a source port. */
final class LocalPorts {
    private static final Path LINUX_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** The BSDs have other ranges, and some have several: all that need no privilege. */
    private static final LocalPorts UNKNOWN = new LocalPorts(1024, 65_535);

    private final int first;
    private final int last;

    private LocalPorts(int first, int last) {
        this.first = first;
        this.last = last;
    }

    /** As of the first use. Covers IPv6 as well: ip_local_port_range in ip-sysctl.rst. */
    static LocalPorts ofThisMachine() {
        return OfThisMachine.PORTS;
    }

    /** Two numbers; {@link #UNKNOWN} for anything else. */
    static LocalPorts parse(String range) {
        try {
            String[] ends = range.strip().split("\\s+", -1);
            return new LocalPorts(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return UNKNOWN;
        }
    }

    boolean contains(int port) {
        return port >= first && port <= last;
    }

    private static final class OfThisMachine {
        static final LocalPorts PORTS = read();

        private static LocalPorts read() {
            // By one large read: a second one finds nothing, proc_dointvec in Linux's sysctl.c.
            try (BufferedReader range = Files.newBufferedReader(LINUX_RANGE)) {
                return parse(String.valueOf(range.readLine()));
            } catch (IOException e) { // another system, or no /proc
                return UNKNOWN;
            }
        }
    }
}
