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

/** Where {@code --access-log} goes; appended to, so that a restart loses nothing. */
record AccessLogFile(Writer writer) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogFile.class);
    private static final String STANDARD_OUTPUT = "-";

    /** Null where no log is wanted. */
    static AccessLogFile open(String name, PrintStream out) throws IOException {
        if (name == null) {
            return null;
        }
        if (name.equals(STANDARD_OUTPUT)) {
            return new AccessLogFile(
                    new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("--access-log has no file name; give one, or -");
        }
        if (Files.isDirectory(Path.of(name))) {
            throw new IllegalArgumentException(
                    "--access-log " + name + " is a folder; name a file");
        }
        try {
            return new AccessLogFile(
                    Files.newBufferedWriter(
                            Path.of(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (NoSuchFileException e) {
            throw cannotWrite(name, "its folder does not exist", e);
        } catch (AccessDeniedException e) {
            throw cannotWrite(name, "permission denied", e);
        } catch (IOException e) {
            throw cannotWrite(name, e.getMessage(), e);
        }
    }

    private static IOException cannotWrite(String name, String why, IOException cause) {
        return new IOException(
                "--access-log " + name + " cannot be written: " + why + "; name a file that can",
                cause);
    }

    /** What cannot be written in the end was said when it could not be written first. */
    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            LOG.warn("the access log could not be closed: {}", e.getMessage());
        }
    }
}
