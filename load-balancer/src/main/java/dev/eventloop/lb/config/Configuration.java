package dev.eventloop.lb.config;

import dev.eventloop.lb.FrontendOptions;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.PoolOptions;
import dev.eventloop.lb.config.WantedFrontend.WantedRoute;
import dev.eventloop.lb.discovery.DnsOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The effective configuration: of each setting of a frontend or a pool the nearest value, which is
 * that of the entry itself, else that of the command line, else that of the top level of the file,
 * else the default. Free of mistakes. Immutable.
 */
public final class Configuration {
    private final SettingTexts settings;
    private final List<WantedFrontend> frontends;
    private final List<WantedPool> pools;
    private final FilesRead files;
    private final boolean isShorthand;

    Configuration(
            SettingTexts settings,
            List<WantedFrontend> frontends,
            List<WantedPool> pools,
            FilesRead files,
            boolean isShorthand) {
        this.settings = settings;
        this.frontends = frontends;
        this.pools = pools;
        this.files = files;
        this.isShorthand = isShorthand;
    }

    /**
     * Reads a file, and puts the command line over its top level.
     *
     * @param file null for none
     * @throws BadConfigurationException with all mistakes
     */
    public static Configuration read(String file, Draft commandLine)
            throws BadConfigurationException {
        Mistakes mistakes = new Mistakes();
        FilesRead files = new FilesRead();
        Draft written = file == null ? new Draft() : ConfigFile.read(file, files, mistakes);
        if (!mistakes.isEmpty() && written.isEmpty()) {
            mistakes.throwIfAny(); // nothing could be read, so nothing is known to be missing
        }
        Configuration configuration =
                new Checks(commandLine.over(written), file, files, mistakes).run();
        mistakes.throwIfAny();
        return configuration;
    }

    /** The value of a setting at the top level. */
    public <T> T get(Setting<T> setting) {
        return setting.values(settings.get(setting)).get(0);
    }

    /** The text of a setting at the top level, as it was written, or its default. */
    public String text(Setting<?> setting) {
        return settings.get(setting).get(0).value();
    }

    /** The texts of a setting at the top level; several if it is a list. */
    List<Text> texts(Setting<?> setting) {
        return settings.get(setting);
    }

    /**
     * Whether it is the short form, without {@code frontends:} and {@code pools:}: one frontend and
     * one pool, both called {@code default}.
     */
    public boolean isShorthand() {
        return isShorthand;
    }

    /** The files that it was read from: that of {@code --config}, and each backends-file. */
    public FilesRead files() {
        return files;
    }

    /** The names of the frontends. */
    public List<String> frontendNames() {
        return frontends.stream().map(WantedFrontend::name).toList();
    }

    /** The names of the pools. */
    public List<String> poolNames() {
        return pools.stream().map(pool -> pool.name().value()).toList();
    }

    /** The value of a setting of a frontend. */
    public <T> T get(String frontend, Setting<T> setting) {
        for (WantedFrontend wanted : frontends) {
            if (wanted.name().equals(frontend)) {
                return setting.values(wanted.settings().get(setting)).get(0);
            }
        }
        throw new IllegalArgumentException("there is no frontend " + frontend);
    }

    List<WantedFrontend> frontends() {
        return frontends;
    }

    List<WantedPool> pools() {
        return pools;
    }

    /** A sentence, with its place, about each thing that is allowed and likely wrong. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(ProxyHeaderChecks.warnings(frontends));
        warnings.addAll(unusedPools());
        return warnings;
    }

    private List<String> unusedPools() {
        Set<String> used = new HashSet<>();
        for (WantedFrontend frontend : frontends) {
            used.add(frontend.pool());
            frontend.routes().forEach(route -> used.add(route.pool()));
        }
        List<String> warnings = new ArrayList<>();
        for (WantedPool pool : pools) {
            String name = pool.name().value();
            if (!used.contains(name)) {
                String sentence =
                        "no frontend sends clients to pool "
                                + name
                                + "; name it in a frontend, or leave it out";
                warnings.add(pool.name().place().prefix(sentence));
            }
        }
        return warnings;
    }

    /** A builder of this load balancer, without the backends of the demo and the access log. */
    public LoadBalancerBuilder builder() {
        LoadBalancerBuilder builder = LoadBalancer.builder();
        settings.applyTo(builder);
        for (WantedFrontend frontend : frontends) {
            builder.frontend(frontend.name(), options -> apply(frontend, options));
        }
        DnsOptions dns =
                DnsOptions.defaults()
                        .server(get(AllSettings.DNS_SERVER))
                        .interval(get(AllSettings.DNS_INTERVAL));
        for (WantedPool pool : pools) {
            builder.pool(pool.name().value(), options -> apply(pool, options, dns));
        }
        return builder;
    }

    private static void apply(WantedFrontend frontend, FrontendOptions options) {
        for (ListenAddress address : frontend.addresses()) {
            options.listen(address.host(), address.port());
        }
        frontend.settings().applyTo(options);
        for (WantedRoute route : frontend.routes()) {
            options.route(route.serverName(), route.protocol(), route.pool());
        }
        if (frontend.pool() != null) {
            options.pool(frontend.pool());
        }
    }

    private static void apply(WantedPool pool, PoolOptions options, DnsOptions dns) {
        pool.settings().applyTo(options);
        pool.backends().forEach(backend -> backend.addTo(options, dns));
    }
}
