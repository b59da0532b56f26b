package dev.eventloop;

import dev.eventloop.spi.PollerProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds the providers of backends: those that the class loader of this class sees, and then those
 * that the thread's context class loader adds.
 *
 * <p>In an application server or a plug-in system the context class loader may see another copy of
 * this library. Its providers implement another interface of the same name, and are skipped.
 */
final class Providers {
    /**
     * How many broken providers are skipped before the search ends; it might never end by itself.
     */
    private static final int MOST_SKIPPED = 100;

    private static final ClassLoader OWN = Providers.class.getClassLoader();

    /**
     * Those that the own class loader sees, once there are any: looking for them may need a file
     * descriptor, and a process that has none must be told so (EMFILE), and not that there are no
     * backends.
     */
    private static volatile List<PollerProvider> own = List.of();

    private final List<PollerProvider> found = new ArrayList<>();

    private Providers() {}

    static List<PollerProvider> find() {
        if (own.isEmpty()) {
            Providers providers = new Providers();
            providers.search(OWN);
            own = List.copyOf(providers.found);
        }
        Providers providers = new Providers();
        providers.found.addAll(own);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null && context != OWN) {
            providers.search(context);
        }
        return providers.found;
    }

    private void search(ClassLoader loader) {
        Iterator<PollerProvider> services =
                ServiceLoader.load(PollerProvider.class, loader).iterator();
        int skipped = 0;
        boolean more = true;
        while (more && skipped < MOST_SKIPPED) {
            try {
                more = services.hasNext();
                if (more) {
                    add(services.next());
                }
            } catch (ServiceConfigurationError | LinkageError e) { // foreign, or a class is missing
                skipped++;
            }
        }
    }

    /** The first provider of a name counts: both class loaders may see the same ones. */
    private void add(PollerProvider provider) {
        String name = provider.name();
        if (found.stream().noneMatch(each -> each.name().equals(name))) {
            found.add(provider);
        }
    }
}
