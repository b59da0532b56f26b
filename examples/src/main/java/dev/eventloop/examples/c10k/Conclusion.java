package dev.eventloop.examples.c10k;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the results show, in words: only what they do show. */
final class Conclusion {
    /** Less than this is noise, or the caches: no growth with the connections. */
    private static final double FLAT = 3;

    /** Less than this is no difference. */
    private static final double ALIKE = 2;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Results results;
    private final List<String> sentences = new ArrayList<>();

    private Conclusion(Results results) {
        this.results = results;
    }

    /** A paragraph of sentences. */
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
                "From %,d to %,d idle connections, the same %d being ready, a wake-up costs",
                results.first().idle(), results.last().idle(), results.busy());
        for (int i = 0; i < results.backends().size(); i++) {
            double growth = results.growth(i);
            say(
                    "  with %s %s: %s, then %s%s",
                    results.backends().get(i),
                    growth < FLAT
                            ? "about as much as before"
                            : Results.digits(growth) + " times as much",
                    Results.time(results.first().nanos().get(i)),
                    Results.time(results.last().nanos().get(i)),
                    i == results.backends().size() - 1 ? "." : ";");
        }
    }

    private void sayWhy() {
        List<String> growing = names(true);
        List<String> flat = names(false);
        if (results.rows().size() < 2 || growing.isEmpty()) {
            say("That is too few connections to see how the cost grows with them.");
            return;
        }
        say(
                "%s: every wait hands all connections to the kernel, which asks each of them whether"
                        + " it is ready. The cost goes with how many are watched.",
                String.join(" and ", growing));
        if (!flat.isEmpty()) {
            say(
                    "%s: the kernel has been told once, and notes who becomes ready when it happens;"
                            + " a wait takes that list. The cost goes with how many are ready.",
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
                "With %,d idle connections a thread can wake up so many times a second: %s.",
                results.last().idle(), rates);
    }

    private void sayWhenItMatters() {
        List<Double> nanos = results.first().nanos();
        if (nanos.size() > 1 && Collections.max(nanos) / Collections.min(nanos) < ALIKE) {
            say(
                    "With %,d there is little between them: few connections, or connections that are"
                            + " all busy, are no reason to choose.",
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
