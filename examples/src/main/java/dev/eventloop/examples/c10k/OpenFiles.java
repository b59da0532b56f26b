package dev.eventloop.examples.c10k;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** This process's limit of open files, which the JVM has raised to the hard limit. */
final class OpenFiles {
    /** Reserved for the backend's fds, and for files that the JVM opens at any time. */
    private static final int SPARE = 64;

    private OpenFiles() {}

    static long limit() {
        return system() == null ? Long.MAX_VALUE : system().getMaxFileDescriptorCount();
    }

    /** How many more fds can be opened, minus the reserve. */
    static long left() {
        return system() == null
                ? Long.MAX_VALUE
                : Math.max(0, limit() - system().getOpenFileDescriptorCount() - SPARE);
    }

    private static UnixOperatingSystemMXBean system() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix ? unix : null;
    }
}
