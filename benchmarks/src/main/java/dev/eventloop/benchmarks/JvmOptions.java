package dev.eventloop.benchmarks;

import java.util.List;

/** The JVM options of the programs under measurement. */
public final class JvmOptions {
    private JvmOptions() {}

    /**
     * The options of the load balancer's launcher, which explains them; the last two for JDK 24.
     */
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
