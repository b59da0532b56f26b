package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The mistakes found so far, collected so that all of them are reported at once. */
final class Mistakes {
    /** The length at which a sentence is cut off: what it quotes may be as long as the file. */
    private static final int MOST_SHOWN = 2000;

    /**
     * More than anybody reads, and less than fills the heap: a file that is no configuration may
     * have a mistake in each line.
     */
    private static final int MOST = 1000;

    private record Mistake(Place place, String sentence) {
        String line() {
            String line = place.prefix(sentence).replaceAll("\\p{Cntrl}", "?");
            return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
        }
    }

    private final List<Mistake> all = new ArrayList<>();
    private int more;

    void add(Place place, String sentence) {
        add(place, () -> sentence);
    }

    /** As {@link #add(Place, String)}, for a sentence that takes time to make. */
    void add(Place place, Supplier<String> sentence) {
        if (all.size() < MOST) {
            all.add(new Mistake(place, sentence.get()));
        } else {
            more++;
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** A line for each: those of the command line first, then by line of the file. */
    List<String> lines() {
        Stream<String> lines =
                all.stream()
                        .sorted(Comparator.comparing(Mistake::place))
                        .map(Mistake::line)
                        .distinct();
        Stream<String> last = more > 0 ? Stream.of(more + " more mistakes follow") : Stream.of();
        return Stream.concat(lines, last).toList();
    }

    /** Throws if there are any. */
    void throwIfAny() throws BadConfigurationException {
        if (!all.isEmpty()) {
            throw new BadConfigurationException(lines());
        }
    }
}
