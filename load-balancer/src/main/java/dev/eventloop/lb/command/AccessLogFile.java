package dev.eventloop.lb.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target of {@code --access-log}. Appends, so that a restart loses no lines. It can be reopened
 * between two lines, after logrotate has renamed the file.
 */
final class AccessLogFile extends Writer {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogFile.class);
    private static final String STANDARD_OUTPUT = "-";

    private final PrintStream out;
    private volatile String name;
    private Writer target;

    private AccessLogFile(String name, PrintStream out) throws IOException {
        this.out = out;
        this.name = name;
        this.target = open(name);
    }

    /** Opens the log; null if {@code name} is null. */
    static AccessLogFile open(String name, PrintStream out) throws IOException {
        return name == null ? null : new AccessLogFile(name, out);
    }

    private Writer open(String file) throws IOException {
        if (file.equals(STANDARD_OUTPUT)) {
            return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        }
        if (Files.isDirectory(Path.of(file))) {
            throw new IllegalArgumentException(
                    "--access-log " + file + " is a directory; give the name of a file");
        }
        try {
            return Files.newBufferedWriter(
                    Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (NoSuchFileException e) {
            throw cannotWrite(file, "its directory does not exist", e);
        } catch (AccessDeniedException e) {
            throw cannotWrite(file, "permission denied", e);
        } catch (IOException e) {
            throw cannotWrite(file, e.getMessage(), e);
        }
    }

    private static IOException cannotWrite(String name, String why, IOException cause) {
        return new IOException(
                "--access-log "
                        + name
                        + " cannot be written: "
                        + why
                        + "; give a file that can be written",
                cause);
    }

    /**
     * Opens this file and writes to it from now on; creates it if it does not exist. Earlier lines
     * stay in the previous file. Any thread.
     *
     * @throws IOException if the file cannot be opened; the previous file stays open then
     */
    void reopen(String file) throws IOException {
        Writer next = open(file);
        synchronized (lock) {
            end();
            target = next;
            name = file;
        }
    }

    /** The name that was opened last. */
    String name() {
        return name;
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        synchronized (lock) {
            target.write(text, from, length);
        }
    }

    @Override
    public void flush() throws IOException {
        synchronized (lock) {
            target.flush();
            if (name.equals(STANDARD_OUTPUT)
                    && out.checkError()) { // a PrintStream throws no exceptions
                throw new IOException("standard output cannot be written");
            }
        }
    }

    /**
     * Closes the file within a time limit: a write to a full pipe without a reader may block
     * forever and holds the lock.
     */
    @Override
    public void close() {
        TimeLimit.run(
                "access-log-end",
                () -> {
                    synchronized (lock) {
                        end();
                    }
                });
    }

    /**
     * Closes the target, but not standard output. An error here is logged; the first failed write
     * was already reported.
     */
    private void end() {
        try {
            if (name.equals(STANDARD_OUTPUT)) {
                target.flush(); // shared with other writers
            } else {
                target.close();
            }
        } catch (IOException e) {
            LOG.warn("cannot close the access log: {}", e.getMessage());
        }
    }
}
