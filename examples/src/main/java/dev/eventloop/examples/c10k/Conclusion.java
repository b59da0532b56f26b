package dev.eventloop.examples.c10k;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Describes the results in words, and claims only what the figures show. */
final class Conclusion {
    /** A smaller growth counts as noise or cache effects, not as growth with the connections. */
    private static final double FLAT = 3;

    /** A smaller ratio counts as no difference. */
    private static final double ALIKE = 2;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Results results;
    private final List<String> sentences = new ArrayList<>();

    private Conclusion(Results results) {
        this.results = results;
    }

    /** Returns the text, one line per element. */
    static List<String> of(Results results) {
        Conclusion conclusion = new Conclusion(results);
        conclusion.sayGrowth();
        conclusion.sayWhy();
        conclusion.sayHowMany();
        conclusion.sayWhenItMatters();
        return conclusion.sentences;
    }

    private void sayGrowth() {
        if (results.rows().size() < 2) {
            return;
        }
        say(
                "From %,d to %,d idle connections, always with %d ready, the cost of a wake-up",
                results.first().idle(), results.last().idle(), results.busy());
        for (int i = 0; i < results.backends().size(); i++) {
            double growth = results.growth(i);
            say(
                    "  with %s %s: from %s to %s%s",
                    results.backends().get(i),
                    growth < FLAT
                            ? "stays about the same"
                            : "grows " + Results.digits(growth) + " times",
                    Results.time(results.first().nanos().get(i)),
                    Results.time(results.last().nanos().get(i)),
                    i == results.backends().size() - 1 ? "." : ";");
        }
    }

    private void sayWhy() {
        List<String> growing = names(true);
        List<String> flat = names(false);
        if (results.rows().size() < 2 || growing.isEmpty()) {
            say("These are too few connections to see how the cost grows with them.");
            return;
        }
        say(
                "%s: every wait passes all connections to the kernel, which checks each of them. The"
                        + " cost depends on how many are watched.",
                String.join(" and ", growing));
        if (!flat.isEmpty()) {
            say(
                    "%s: each connection is registered once, and the kernel adds it to a list when it"
                            + " becomes ready; a wait returns that list. The cost depends on how many"
                            + " are ready.",
                    String.join(" and ", flat));
        }
    }

    private void sayHowMany() {
        String rates =
                names().stream()
                        .map(
                                name ->
                                        String.format(
                                                Locale.ROOT,
                                                "%,.0f with %s",
                                                NANOS_PER_SECOND / lastNanos(name),
                                                name))
                        .collect(Collectors.joining(", "));
        say(
                "Wake-ups per second of a thread with %,d idle connections: %s.",
                results.last().idle(), rates);
    }

    private void sayWhenItMatters() {
        List<Double> nanos = results.first().nanos();
        if (nanos.size() > 1 && Collections.max(nanos) / Collections.min(nanos) < ALIKE) {
            say(
                    "With %,d there is little difference: with few connections, or if all are busy, any"
                            + " backend will do.",
                    results.first().idle());
        }
    }

    private List<String> names() {
        return results.backends();
    }

    private List<String> names(boolean growing) {
        return names().stream()
                .filter(name -> results.growth(names().indexOf(name)) >= FLAT == growing)
                .toList();
    }

    private double lastNanos(String name) {
        return results.last().nanos().get(names().indexOf(name));
    }

    private void say(String format, Object... arguments) {
        sentences.add(String.format(Locale.ROOT, format, arguments));
    }
}
