package dev.eventloop.lb.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The files that a configuration was read from, and a fingerprint of what was in each just before
 * it was read.
 */
public final class FilesRead {
    private final Map<String, String> fingerprints = new LinkedHashMap<>();

    /** As {@link YamlText#read}. */
    String read(String file, Mistakes mistakes) {
        fingerprints.put(file, fingerprint(file));
        return YamlText.read(file, mistakes);
    }

    boolean isEmpty() {
        return fingerprints.isEmpty();
    }

    /** By the names of the files. */
    public Map<String, String> fingerprints() {
        return fingerprints;
    }

    /** Of what is in these files now. */
    public static Map<String, String> fingerprints(Collection<String> files) {
        Map<String, String> now = new LinkedHashMap<>();
        files.forEach(file -> now.put(file, fingerprint(file)));
        return now;
    }

    private static String fingerprint(String file) {
        try {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path) || Files.size(path) > YamlText.MOST_BYTES) {
                return "no file to read"; // reading a pipe would take its text away
            }
            byte[] bytes = Files.readAllBytes(path);
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            return bytes.length + " bytes, CRC-32C " + sum.getValue();
        } catch (IOException | InvalidPathException e) {
            return "cannot be read";
        }
    }
}
