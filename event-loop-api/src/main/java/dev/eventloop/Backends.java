package dev.eventloop;

import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
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

    static Poller open(EventLoopOptions options) {
        List<PollerProvider> providers = providers();
        PollerProvider chosen = choose(providers, options);
        try {
            return chosen.open(options.maxEvents());
        } catch (ErrnoException e) {
            throw new UncheckedIOException(
                    "cannot open event backend " + chosen.name() + ": " + e.getMessage(), e);
        }
    }

    static List<BackendInfo> all() {
        return describe(providers());
    }

    private static PollerProvider choose(List<PollerProvider> providers, EventLoopOptions options) {
        if (options.backend() != null) {
            return named(providers, "event backend", options.backend());
        }
        String property = System.getProperty(PROPERTY, "");
        if (!property.isBlank()) {
            return named(providers, "system property " + PROPERTY, property.split(",", -1));
        }
        String environment = System.getenv().getOrDefault(ENVIRONMENT, "");
        if (!environment.isBlank()) {
            return named(
                    providers, "environment variable " + ENVIRONMENT, environment.split(",", -1));
        }
        return named(
                providers,
                "event backend",
                providers.stream().map(PollerProvider::name).toArray(String[]::new));
    }

    private static PollerProvider named(
            List<PollerProvider> providers, String source, String... names) {
        for (String name : names) {
            for (PollerProvider provider : providers) {
                if (provider.name().equals(name.strip()) && provider.unavailableBecause() == null) {
                    return provider;
                }
            }
        }
        String known =
                describe(providers).stream()
                        .map(BackendInfo::toString)
                        .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                source
                        + " \""
                        + String.join(",", names)
                        + "\" names no backend that is usable here; there are: "
                        + known);
    }

    private static List<BackendInfo> describe(List<PollerProvider> providers) {
        List<BackendInfo> infos = new ArrayList<>();
        for (PollerProvider provider : providers) {
            String why = provider.unavailableBecause();
            infos.add(new BackendInfo(provider.name(), why == null, why == null ? "" : why));
        }
        for (String name : PREFERENCE) {
            if (providers.stream().noneMatch(provider -> provider.name().equals(name))) {
                infos.add(
                        new BackendInfo(
                                name, false, "backend-" + name + " is not on the class path"));
            }
        }
        infos.sort((a, b) -> Integer.compare(rank(a.name()), rank(b.name())));
        return List.copyOf(infos);
    }

    /** The providers in order of preference; those of third parties come last. */
    private static List<PollerProvider> providers() {
        List<PollerProvider> found = load(Thread.currentThread().getContextClassLoader());
        if (found.isEmpty()) { // the thread's class loader does not see the application
            found = load(EventLoop.class.getClassLoader());
        }
        found.sort((a, b) -> Integer.compare(rank(a.name()), rank(b.name())));
        return found;
    }

    private static List<PollerProvider> load(ClassLoader loader) {
        List<PollerProvider> found = new ArrayList<>();
        ServiceLoader.load(PollerProvider.class, loader).forEach(found::add);
        return found;
    }

    private static int rank(String name) {
        int index = PREFERENCE.indexOf(name);
        return index < 0 ? PREFERENCE.size() : index;
    }
}
