package dev.eventloop.lb.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL server on a port of 127.0.0.1, with the user {@code tester}. */
final class Postgres implements AutoCloseable {
    private final Program program;

    private Postgres(Program program) {
        this.program = program;
    }

    /**
     * Starts it, as the user {@code postgres} if this is root, which PostgreSQL refuses to run as.
     *
     * @param folder an empty one, for its data
     */
    static Postgres start(Path folder, int port) throws Exception {
        List<String> asUser = asUser();
        Path data = Files.createDirectory(folder.resolve("data"));
        if (!asUser.isEmpty()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            String ignored = Program.run("chown", "postgres", data.toString(), folder.toString());
        }
        List<String> initdb = new ArrayList<>(asUser);
        initdb.addAll(
                List.of("initdb", "-D", data.toString(), "-A", "trust", "-U", "tester", "-N"));
        String ignored = Program.run(initdb);
        List<String> postgres = new ArrayList<>(asUser);
        postgres.addAll(List.of("postgres", "-D", data.toString(), "-F", "-k", folder.toString()));
        postgres.addAll(List.of("-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1"));
        Program program = Program.start(postgres);
        Await.until(
                "PostgreSQL is ready: " + program,
                () -> program.output().contains("ready to accept connections"));
        return new Postgres(program);
    }

    private static List<String> asUser() throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        assumeTrue(
                Files.readString(Path.of("/etc/passwd")).contains("\npostgres:"),
                "there is no user postgres to run PostgreSQL as");
        return List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "--inh-caps=-all");
    }

    /** The result of a query through a port of 127.0.0.1. */
    static String query(int port, String sql) throws Exception {
        return Program.run(
                        "psql",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-U",
                        "tester",
                        "-d",
                        "postgres",
                        "-tA",
                        "-c",
                        sql)
                .strip();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
