package dev.eventloop.lb.config;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.discovery.DnsOptions;
import java.util.List;

/** What holds: file, options and defaults together, free of mistakes. Immutable. */
public final class Configuration {
    private final Draft draft;
    private final List<WantedBackend> backends;

    private Configuration(Draft draft, List<WantedBackend> backends) {
        this.draft = draft;
        this.backends = backends;
    }

    /**
     * Reads a file, and puts the command line over it.
     *
     * @param file null for none
     * @throws BadConfigurationException with all that is wrong
     */
    public static Configuration read(String file, Draft commandLine)
            throws BadConfigurationException {
        Mistakes mistakes = new Mistakes();
        Draft written = file == null ? new Draft() : ConfigFile.read(file, mistakes);
        if (!mistakes.isEmpty() && written.isEmpty()) {
            mistakes.throwIfAny(); // it could not be read; what it lacks is not known
        }
        Checks checks = new Checks(commandLine.over(written), file, mistakes);
        List<WantedBackend> backends = checks.run();
        mistakes.throwIfAny();
        return new Configuration(checks.complete(), backends);
    }

    /** The value of a setting. */
    public <T> T get(Setting<T> setting) {
        return setting.values(draft.texts(setting)).get(0);
    }

    /** As it was written, or is by default. */
    public String text(Setting<?> setting) {
        return draft.texts(setting).get(0).value();
    }

    /** As they were written; several where it is a list. */
    List<Text> texts(Setting<?> setting) {
        return draft.texts(setting);
    }

    List<WantedBackend> backends() {
        return backends;
    }

    /** A load balancer like this, without the backends of the demo and the access log. */
    public LoadBalancerBuilder builder() {
        LoadBalancerBuilder builder =
                LoadBalancer.builder().listen(get(AllSettings.BIND), get(AllSettings.PORT));
        for (Setting<?> setting : AllSettings.list()) {
            setting.apply(draft.texts(setting), builder);
        }
        DnsOptions dns =
                DnsOptions.defaults()
                        .server(get(AllSettings.DNS_SERVER))
                        .interval(get(AllSettings.DNS_INTERVAL));
        backends.forEach(backend -> backend.addTo(builder, dns));
        return builder;
    }
}
