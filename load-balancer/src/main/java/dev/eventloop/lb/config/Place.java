package dev.eventloop.lb.config;

import java.util.Comparator;

/**
 * Where something is written.
 *
 * @param file null for the command line
 * @param line from 1; 0 for the file as a whole
 * @param column from 1
 */
public record Place(String file, int line, int column) implements Comparable<Place> {
    static final Place COMMAND_LINE = new Place(null, 0, 0);

    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::isInFile)
                    .thenComparingInt(Place::line)
                    .thenComparingInt(Place::column);

    static Place of(String file) {
        return new Place(file, 0, 0);
    }

    boolean isInFile() {
        return file != null;
    }

    /** A sentence about this place, {@code lb.yaml:7:12: ...} as compilers write it. */
    String prefix(String sentence) {
        if (line == 0) {
            return "high_perf_lb: " + (file == null ? "" : file + ": ") + sentence;
        }
        return file + ":" + line + ":" + column + ": " + sentence;
    }

    /** What people call a setting there. */
    String nameOf(Setting<?> setting) {
        if (isInFile()) {
            return setting.key();
        }
        return setting.isArgument() ? setting.label() : setting.option();
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
