package dev.eventloop.lb.config;

import dev.eventloop.lb.access.TokenRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** A file with the admin token, so that neither {@code ps} nor the configuration shows it. */
public final class TokenFile {
    private TokenFile() {}

    private static final Set<PosixFilePermission> OF_GROUP_AND_OTHERS =
            PosixFilePermissions.fromString("---rwxrwx");

    /**
     * The first line of the file.
     *
     * @throws IllegalArgumentException with a sentence, if the file has no token, cannot be read,
     *     or is open to other users than its owner
     */
    public static String read(String name) {
        Path path = Path.of(name);
        try {
            if (Files.isDirectory(path)) {
                throw Conversion.wrong(name, "is a folder; name a file");
            }
            checkMode(path, name);
            try (BufferedReader reader = Files.newBufferedReader(path)) {
                String line = reader.readLine();
                if (line == null || line.isBlank()) {
                    throw Conversion.wrong(name, "has no token; " + TokenRules.ADVICE);
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

    private static void checkMode(Path path, String name) throws IOException {
        if (!Files.getFileStore(path).supportsFileAttributeView("unix")) {
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        Set<PosixFilePermission> tooMuch = EnumSet.copyOf(OF_GROUP_AND_OTHERS);
        tooMuch.retainAll(mode);
        if (belongsToRootAlone(path)) {
            tooMuch.remove(PosixFilePermission.GROUP_READ);
        }
        if (!tooMuch.isEmpty()) {
            throw Conversion.wrong(
                    name,
                    "has the mode "
                            + PosixFilePermissions.toString(mode)
                            + ", which opens it to others than its owner; chmod 600 it");
        }
    }

    /**
     * Whether this process reads the file by its group, as secrets are mounted in Kubernetes. The
     * rule is that of PostgreSQL for private keys.
     */
    private static boolean belongsToRootAlone(Path path) throws IOException {
        boolean isRoots = Objects.equals(Files.getAttribute(path, "unix:uid"), 0);
        return isRoots && !"root".equals(System.getProperty("user.name"));
    }
}
