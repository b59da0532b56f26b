package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All that is wrong, so that it can be told at once. */
final class Mistakes {
    private record Mistake(Place place, String sentence) {}

    private final List<Mistake> all = new ArrayList<>();

    void add(Place place, String sentence) {
        all.add(new Mistake(place, sentence));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Those of the command line first, then by line. */
    void throwIfAny() throws BadConfigurationException {
        if (!all.isEmpty()) {
            throw new BadConfigurationException(
                    all.stream()
                            .sorted(Comparator.comparing(Mistake::place))
                            .map(mistake -> mistake.place().prefix(mistake.sentence()))
                            .distinct()
                            .toList());
        }
    }
}
