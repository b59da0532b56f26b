package dev.eventloop.lb.config;

import java.util.Comparator;

/**
 * The place where something is written.
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

    /** A sentence with its place, {@code lb.yaml:7:12: ...}, in the form that compilers use. */
    String prefix(String sentence) {
        if (line == 0) {
            return "high_perf_lb: " + (file == null ? "" : file + ": ") + sentence;
        }
        return file + ":" + line + ":" + column + ": " + sentence;
    }

    /** The name of a setting there: its key in the file, its option on the command line. */
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
