package dev.eventloop.lb.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short text file that others rewrite while it is read. New contents count once two reads in a
 * row have found them, because the first may have found a half-written file. While the file cannot
 * be read, its last contents count.
 */
final class SettledFile {
    private static final Logger LOG = LoggerFactory.getLogger(DnsBackends.class);

    private final Path path;
    private String settled;
    private String latest;
    private boolean gone;

    SettledFile(Path path) {
        this.path = path;
    }

    /** Reads the file. Empty if it could never be read. */
    String read() {
        try {
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            if (settled == null || text.equals(latest)) {
                settled = text;
            }
            latest = text;
            gone = false;
        } catch (IOException e) {
            if (settled != null && !gone) {
                LOG.warn("{} cannot be read; its last contents stay in use", path);
            }
            gone = true;
        }
        return settled == null ? "" : settled;
    }
}
