package dev.eventloop.examples.guide;

import dev.eventloop.EventLoop;
import dev.eventloop.events.SystemEvents;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Chapter 8: how long after an event that is not a socket's its callback runs. */
final class OtherEvents implements Experiment {
    private static final int TIMES = 200;
    private static final int PROCESSES = 20;

    private boolean called;

    @Override
    public void run(PrintStream out, int scale) throws Exception {
        try (EventLoop loop = EventLoop.create();
                SystemEvents events = SystemEvents.on(loop)) {
            events.capabilities().forEach(source -> out.println("  " + source));
            int times = Math.max(1, TIMES * scale / 100);
            int processes = Math.max(1, PROCESSES * scale / 100);
            out.println("median time until the callback, in microseconds:");
            out.printf("  a file is created   %,8.0f%n", files(loop, events, times));
            out.printf("  a process ends      %,8.0f%n", exits(loop, events, processes));
        }
    }

    private double files(EventLoop loop, SystemEvents events, int times) throws IOException {
        Path folder = Files.createTempDirectory("guide");
        long[] nanos = new long[times];
        events.folder(folder, (change, name, none) -> called = true, null);
        try {
            for (int i = 0; i < times; i++) {
                Path file = folder.resolve("file" + i);
                nanos[i] = time(loop, () -> Files.createFile(file));
                Files.delete(file);
                loop.run(0); // the deletion is an event, too
            }
        } finally {
            Files.delete(folder);
        }
        return median(nanos);
    }

    private double exits(EventLoop loop, SystemEvents events, int times) throws IOException {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            Process child = new ProcessBuilder("cat").start(); // exits at EOF on its input
            events.exit(child, (pid, code, none) -> called = true, null);
            nanos[i] = time(loop, () -> child.getOutputStream().close());
        }
        return median(nanos);
    }

    /** The action that causes the event. */
    @FunctionalInterface
    private interface Cause {
        void happen() throws IOException;
    }

    private long time(EventLoop loop, Cause cause) throws IOException {
        called = false;
        long start = System.nanoTime();
        cause.happen();
        while (!called) {
            loop.run(-1);
        }
        return System.nanoTime() - start;
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1_000.0;
    }
}
