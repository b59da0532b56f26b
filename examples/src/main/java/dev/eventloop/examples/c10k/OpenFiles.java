package dev.eventloop.examples.c10k;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** The limit of open files of this process. The JVM has raised it to the hard limit already. */
final class OpenFiles {
    /** For a backend's own, and for the JVM, which opens some when it likes to. */
    private static final int SPARE = 64;

    private OpenFiles() {}

    static long limit() {
        return system() == null ? Long.MAX_VALUE : system().getMaxFileDescriptorCount();
    }

    /** How many more there can be, with a few to spare. */
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
