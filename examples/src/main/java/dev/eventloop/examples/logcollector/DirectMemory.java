package dev.eventloop.examples.logcollector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** How much memory outside of the heap the JVM gives its buffers. */
final class DirectMemory {
    private DirectMemory() {}

    /** In bytes: what -XX:MaxDirectMemorySize says, as much as the heap may have without it. */
    static long limit() {
        HotSpotDiagnosticMXBean jvm =
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (jvm == null) {
            return Long.MAX_VALUE; // another JVM, which may have another limit
        }
        long given = Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
        return given > 0 ? given : Runtime.getRuntime().maxMemory();
    }
}
