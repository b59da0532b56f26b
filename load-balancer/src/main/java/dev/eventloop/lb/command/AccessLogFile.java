package dev.eventloop.lb.command;

import dev.eventloop.lb.LinesLostException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target of {@code --access-log}. Appends, so that a restart loses no lines. It can be reopened
 * between two lines, after logrotate has renamed the file. One thread writes.
 */
final class AccessLogFile extends Writer {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogFile.class);
    private static final String STANDARD_OUTPUT = "-";

    private final OutputStream out;

    /** The lines since the last flush. */
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    private volatile String name;
    private volatile OutputStream target;

    private AccessLogFile(String name, OutputStream out) throws IOException {
        this.out = out;
        this.name = name;
        this.target = open(name);
    }

    /** Opens the log; null if {@code name} is null. */
    static AccessLogFile open(String name, OutputStream out) throws IOException {
        return name == null ? null : new AccessLogFile(name, out);
    }

    private OutputStream open(String file) throws IOException {
        if (file.equals(STANDARD_OUTPUT)) {
            return out;
        }
        if (Files.isDirectory(Path.of(file))) {
            throw new IllegalArgumentException(
                    "--access-log " + file + " is a directory; give the name of a file");
        }
        try {
            return LineFile.open(Path.of(file));
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
     * stay in the previous file, except those that a write is blocked with. Any thread.
     *
     * @throws IOException if the file cannot be opened; the previous file stays open then
     */
    void reopen(String file) throws IOException {
        OutputStream previous = target;
        target = open(file);
        name = file;
        end(previous);
    }

    /** The name that was opened last. */
    String name() {
        return name;
    }

    @Override
    public void write(char[] text, int from, int length) {
        write(new String(text, from, length), 0, length);
    }

    @Override
    public void write(String text, int from, int length) {
        lines.writeBytes(text.substring(from, from + length).getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the lines so far, to the next file if the log is reopened meanwhile. */
    @Override
    public void flush() throws IOException {
        byte[] all = lines.toByteArray();
        lines.reset();
        int from = 0;
        while (true) {
            OutputStream current = target;
            try {
                current.write(all, from, all.length - from);
                current.flush();
                return;
            } catch (IOException e) {
                from += ShortWriteException.written(e);
                if (current == target) {
                    throw new LinesLostException(ShortWriteException.linesFrom(all, from), e);
                }
            }
        }
    }

    /** Closes the file within a time limit: the disk may hang. A blocked write is given up. */
    @Override
    public void close() {
        TimeLimit.run("access-log-end", () -> end(target));
    }

    /** Closes a target, but not standard output, which is shared with other writers. */
    private void end(OutputStream ended) {
        if (ended == out) {
            return;
        }
        try {
            ended.close();
        } catch (IOException e) {
            LOG.warn("cannot close the access log: {}", e.getMessage());
        }
    }
}
