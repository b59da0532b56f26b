package dev.eventloop.examples.logcollector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** The JVM's limit of memory for direct buffers. */
final class DirectMemory {
    private DirectMemory() {}

    /** The limit in bytes: -XX:MaxDirectMemorySize, or by default the maximum heap size. */
    static long limit() {
        HotSpotDiagnosticMXBean jvm =
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (jvm == null) {
            return Long.MAX_VALUE; // not a HotSpot JVM; the limit is unknown
        }
        long given = Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
        return given > 0 ? given : Runtime.getRuntime().maxMemory();
    }
}
