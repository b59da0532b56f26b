package dev.eventloop.lb.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Program;

/** Changes the soft limits of a process that runs, by prlimit(1). */
final class Limits {
    private Limits() {}

    /**
     * @param resource as prlimit(1) calls it
     * @param value a number, or {@code unlimited}
     */
    static void set(JavaProgram program, String resource, String value) throws Exception {
        assumeTrue(Program.find("prlimit") != null, "prlimit is not installed (util-linux)");
        String ignored =
                Program.run(
                        "prlimit", "--pid=" + program.pid(), "--" + resource + "=" + value + ":");
    }
}
