package dev.eventloop;

import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds the backends and chooses one: by option, system property, environment variable, or the best
 * available one, in this order.
 */
final class Backends {
    private static final String PROPERTY = "eventloop.backend";
    private static final String ENVIRONMENT = "EVENTLOOP_BACKEND";
    private static final List<String> PREFERENCE = List.of("epoll", "kqueue", "poll", "select");

    private Backends() {}

    /** A backend that was found, and why it cannot be used here; null if it can. */
    private record Candidate(PollerProvider provider, String name, String unavailableBecause) {
        boolean isUsable() {
            return unavailableBecause == null;
        }
    }

    static Poller open(EventLoopOptions options) {
        Candidate chosen = choose(candidates(), options);
        try {
            return chosen.provider.open(options.maxEvents());
        } catch (ErrnoException e) {
            throw new UncheckedIOException(
                    "cannot open event backend " + chosen.name + ": " + e.getMessage(), e);
        }
    }

    static List<BackendInfo> all() {
        return describe(candidates());
    }

    private static Candidate choose(List<Candidate> candidates, EventLoopOptions options) {
        if (options.backend() != null) {
            return named(candidates, "event backend", options.backend());
        }
        String property = System.getProperty(PROPERTY, "");
        if (!property.isBlank()) {
            return named(candidates, "system property " + PROPERTY, property.split(",", -1));
        }
        String environment = System.getenv().getOrDefault(ENVIRONMENT, "");
        if (!environment.isBlank()) {
            return named(
                    candidates, "environment variable " + ENVIRONMENT, environment.split(",", -1));
        }
        return named(
                candidates,
                "event backend",
                candidates.stream().map(Candidate::name).toArray(String[]::new));
    }

    private static Candidate named(List<Candidate> candidates, String source, String... names) {
        for (String name : names) {
            for (Candidate candidate : candidates) {
                if (candidate.name.equals(name.strip()) && candidate.isUsable()) {
                    return candidate;
                }
            }
        }
        String known =
                describe(candidates).stream()
                        .map(BackendInfo::toString)
                        .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                source
                        + " \""
                        + String.join(",", names)
                        + "\" names no backend that is usable here; there are: "
                        + known);
    }

    private static List<BackendInfo> describe(List<Candidate> candidates) {
        List<BackendInfo> infos = new ArrayList<>();
        for (Candidate candidate : candidates) {
            String why = candidate.isUsable() ? "" : candidate.unavailableBecause;
            infos.add(new BackendInfo(candidate.name, candidate.isUsable(), why));
        }
        for (String name : PREFERENCE) {
            if (candidates.stream().noneMatch(candidate -> candidate.name.equals(name))) {
                infos.add(
                        new BackendInfo(
                                name, false, "backend-" + name + " is not on the class path"));
            }
        }
        infos.sort((a, b) -> Integer.compare(rank(a.name()), rank(b.name())));
        return List.copyOf(infos);
    }

    /** The backends in order of preference; those of third parties come last. */
    private static List<Candidate> candidates() {
        List<Candidate> found = new ArrayList<>();
        for (PollerProvider provider : Providers.find()) {
            found.add(new Candidate(provider, provider.name(), reason(provider)));
        }
        found.sort((a, b) -> Integer.compare(rank(a.name), rank(b.name)));
        return found;
    }

    /** Why the backend cannot be used; null if it can. */
    private static String reason(PollerProvider provider) {
        try {
            return provider.unavailableBecause();
        } catch (LinkageError e) { // native code or a class is missing, of which it does not know
            return "it cannot be loaded: " + e;
        }
    }

    private static int rank(String name) {
        int index = PREFERENCE.indexOf(name);
        return index < 0 ? PREFERENCE.size() : index;
    }
}
