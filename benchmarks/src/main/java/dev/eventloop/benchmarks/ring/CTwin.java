package dev.eventloop.benchmarks.ring;

import dev.eventloop.benchmarks.Child;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code ring.c}, compiled with this machine's C compiler. */
final class CTwin {
    private final Path program;

    private CTwin(Path program) {
        this.program = program;
    }

    /** Returns null without a C compiler or epoll. */
    static CTwin compile() throws IOException {
        Path folder = Files.createTempDirectory("ring");
        Path source = folder.resolve("ring.c");
        Path program = folder.resolve("ring");
        try (InputStream in = CTwin.class.getResourceAsStream("/ring.c")) {
            Files.copy(in, source);
        }
        for (Path path : List.of(folder, source, program)) { // the last one is deleted first
            path.toFile().deleteOnExit();
        }
        try {
            Process compiler =
                    new ProcessBuilder(
                                    "cc",
                                    "-O2",
                                    "-pthread",
                                    "-o",
                                    program.toString(),
                                    source.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return compiler.waitFor() == 0 ? new CTwin(program) : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (IOException e) { // no such program
            return null;
        }
    }

    /**
     * @param call {@code epoll} or {@code poll}
     * @param threads "threaded" for a second, sleeping thread, or "alone"
     */
    Child start(String call, String threads) throws IOException {
        return Child.program(program, call, threads);
    }
}
