package dev.eventloop.lb.config;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.PoolOptions;
import dev.eventloop.lb.discovery.DnsBackends;
import dev.eventloop.lb.discovery.DnsName;
import dev.eventloop.lb.discovery.DnsName.Kind;
import dev.eventloop.lb.discovery.DnsOptions;

/** A backend at an address, or all backends of a DNS name. */
sealed interface WantedBackend {
    /** Unique in its pool. */
    String name();

    int weight();

    boolean backup();

    /** The most open connections; 0 for the limit of the pool. */
    int maxConnections();

    /** The form of the command line, which has no limit of connections. */
    default String text() {
        return name() + ":" + weight() + (backup() ? ",backup" : "");
    }

    /**
     * A copy with these parts.
     *
     * @throws IllegalArgumentException if this kind of backend has no such part
     */
    WantedBackend with(int weight, boolean backup, int maxConnections);

    void addTo(PoolOptions pool, DnsOptions dns);

    /**
     * Parses the form of the command line.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    static WantedBackend parse(String text) {
        return DnsName.isMeant(text)
                ? new Named(DnsName.parse(text))
                : new Given(BackendOptions.parse(text));
    }

    /** A backend at an address. */
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
        public void addTo(PoolOptions pool, DnsOptions dns) {
            pool.backend(options);
        }
    }

    /** All addresses or services of a DNS name. */
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
        public void addTo(PoolOptions pool, DnsOptions dns) {
            pool.backends(new DnsBackends(dnsName, dns));
        }
    }
}
