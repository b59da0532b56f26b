package dev.eventloop.lb.config;

import dev.eventloop.lb.config.Draft.BackendText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file with a backend on each line, in the form of the command line. Empty lines, and what
 * follows a {@code #} at the start of a line or after a space, are comments.
 */
final class BackendsFile {
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");
    private static final Pattern LINE_BREAK = Pattern.compile("\r\n|\n|\r");

    private BackendsFile() {}

    /** Its backends; none, and a mistake, if it has none or cannot be read. */
    static List<BackendText> read(String file, FilesRead files, Mistakes mistakes) {
        List<BackendText> backends = new ArrayList<>();
        String text = files.read(file, mistakes);
        if (text == null) {
            return backends;
        }
        String[] lines = LINE_BREAK.split(text, -1);
        for (int i = 0; i < lines.length; i++) {
            String line = COMMENT.matcher(lines[i]).replaceFirst("");
            if (!line.isBlank()) {
                Place place = new Place(file, i + 1, line.indexOf(line.strip()) + 1);
                backends.add(new BackendText(new Text(line.strip(), place)));
            }
        }
        if (backends.isEmpty()) {
            mistakes.add(
                    Place.of(file),
                    "it has no backends; write one on each line, for example 127.0.0.1:9001");
        }
        return backends;
    }
}
