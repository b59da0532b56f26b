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
 * Where {@code --access-log} goes; appended to, so that a restart loses nothing. It can be opened
 * again between two lines, when somebody has moved the file away.
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

    /** Null where no log is wanted. */
    static AccessLogFile open(String name, PrintStream out) throws IOException {
        return name == null ? null : new AccessLogFile(name, out);
    }

    private Writer open(String file) throws IOException {
        if (file.equals(STANDARD_OUTPUT)) {
            return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        }
        if (Files.isDirectory(Path.of(file))) {
            throw new IllegalArgumentException(
                    "--access-log " + file + " is a folder; name a file");
        }
        try {
            return Files.newBufferedWriter(
                    Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (NoSuchFileException e) {
            throw cannotWrite(file, "its folder does not exist", e);
        } catch (AccessDeniedException e) {
            throw cannotWrite(file, "permission denied", e);
        } catch (IOException e) {
            throw cannotWrite(file, e.getMessage(), e);
        }
    }

    private static IOException cannotWrite(String name, String why, IOException cause) {
        return new IOException(
                "--access-log " + name + " cannot be written: " + why + "; name a file that can",
                cause);
    }

    /**
     * Goes on in the file that has this name now: made anew if it was moved, or another one. Lines
     * that were written before are in the one before.
     *
     * @throws IOException if that cannot be written; then all stays as it was
     */
    void reopen(String file) throws IOException {
        Writer next = open(file);
        synchronized (lock) {
            end();
            target = next;
            name = file;
        }
    }

    /** As it was opened last. */
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
            if (name.equals(STANDARD_OUTPUT) && out.checkError()) { // which it keeps to itself
                throw new IOException("standard output takes nothing");
            }
        }
    }

    /** Not for ever: a write may be under way that never ends, to a pipe that nobody reads. */
    @Override
    public void close() {
        Patience.run(
                "access-log-end",
                () -> {
                    synchronized (lock) {
                        end();
                    }
                });
    }

    /** What cannot be written in the end was said when it could not be written first. */
    private void end() {
        try {
            if (name.equals(STANDARD_OUTPUT)) {
                target.flush(); // others go on writing there
            } else {
                target.close();
            }
        } catch (IOException e) {
            LOG.warn("the access log could not be closed: {}", e.getMessage());
        }
    }
}
