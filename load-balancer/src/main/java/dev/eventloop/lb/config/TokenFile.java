package dev.eventloop.lb.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** A file with the admin token, so that neither {@code ps} nor the configuration shows it. */
public final class TokenFile {
    private TokenFile() {}

    /**
     * The first line of the file.
     *
     * @throws IllegalArgumentException with a sentence, if the file has no token, cannot be read,
     *     or can be read by every user
     */
    public static String read(String name) {
        Path path = Path.of(name);
        try {
            if (Files.isDirectory(path)) {
                throw Conversion.wrong(name, "is a folder; name a file");
            }
            if (isForEverybody(path)) {
                throw Conversion.wrong(
                        name, "can be read by everybody on this machine; chmod 600 it");
            }
            try (BufferedReader reader = Files.newBufferedReader(path)) {
                String line = reader.readLine();
                if (line == null || line.isBlank()) {
                    throw Conversion.wrong(
                            name, "has no token; write one into its first line, long and random");
                }
                return line.strip();
            }
        } catch (NoSuchFileException e) {
            throw Conversion.wrong(name, "is not there; name a file that is");
        } catch (AccessDeniedException e) {
            throw Conversion.wrong(name, "cannot be read: permission denied");
        } catch (IOException e) {
            throw Conversion.wrong(name, "cannot be read: " + e.getMessage());
        }
    }

    private static boolean isForEverybody(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    }
}
