package dev.eventloop.lb.config;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.discovery.DnsBackends;
import dev.eventloop.lb.discovery.DnsName;
import dev.eventloop.lb.discovery.DnsName.Kind;
import dev.eventloop.lb.discovery.DnsOptions;

/** A BACKEND as the command line and the file have it: at an address, or whoever DNS names. */
sealed interface WantedBackend {
    /** What distinguishes it from others. */
    String name();

    int weight();

    boolean backup();

    /** The most connections at a time; 0 for what holds for all. */
    int maxConnections();

    /** As it would be written on the command line, where the limit of connections has no place. */
    default String text() {
        return name() + ":" + weight() + (backup() ? ",backup" : "");
    }

    /**
     * The same with what the file says apart from the address.
     *
     * @throws IllegalArgumentException if one of these has none
     */
    WantedBackend with(int weight, boolean backup, int maxConnections);

    void addTo(LoadBalancerBuilder builder, DnsOptions dns);

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    static WantedBackend parse(String text) {
        return DnsName.isMeant(text)
                ? new Named(DnsName.parse(text))
                : new Given(BackendOptions.parse(text));
    }

    /** One at an address. */
    record Given(BackendOptions options) implements WantedBackend {
        @Override
        public String name() {
            return options.name();
        }

        @Override
        public int weight() {
            return options.weight();
        }

        @Override
        public boolean backup() {
            return options.backup();
        }

        @Override
        public int maxConnections() {
            return options.maxConnections();
        }

        @Override
        public Given with(int weight, boolean backup, int maxConnections) {
            return new Given(options.weight(weight).backup(backup).maxConnections(maxConnections));
        }

        @Override
        public void addTo(LoadBalancerBuilder builder, DnsOptions dns) {
            builder.backend(options);
        }
    }

    /** All that DNS has for a name. */
    record Named(DnsName dnsName) implements WantedBackend {
        @Override
        public String name() {
            return dnsName.toString();
        }

        @Override
        public int weight() {
            return dnsName.weight();
        }

        @Override
        public boolean backup() {
            return dnsName.backup();
        }

        @Override
        public int maxConnections() {
            return dnsName.maxConnections();
        }

        @Override
        public String text() {
            return dnsName.kind() == Kind.SERVICES
                    ? name() + (backup() ? ",backup" : "")
                    : WantedBackend.super.text();
        }

        @Override
        public Named with(int weight, boolean backup, int maxConnections) {
            return new Named(dnsName.weight(weight).backup(backup).maxConnections(maxConnections));
        }

        @Override
        public void addTo(LoadBalancerBuilder builder, DnsOptions dns) {
            builder.backends(new DnsBackends(dnsName, dns));
        }
    }
}
