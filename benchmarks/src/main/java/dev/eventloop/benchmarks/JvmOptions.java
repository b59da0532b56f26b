package dev.eventloop.benchmarks;

import java.util.List;

/** How the programs that are measured are started. */
public final class JvmOptions {
    private JvmOptions() {}

    /** As in the launcher of the load balancer, which tells why; the last two are for JDK 24. */
    public static List<String> forChildren() {
        return List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-Xmx512m",
                "-XX:TrimNativeHeapInterval=1000",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }
}
