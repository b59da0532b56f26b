package dev.eventloop.examples.httpserver;

import java.util.Locale;
import java.util.Map;

/** Maps hosts to sites, with a default site for all others. */
final class VirtualHosts {
    private final Site others;
    private final Map<String, Site> byName;

    /**
     * @param byName the sites by host name in lower case
     */
    VirtualHosts(Site others, Map<String, Site> byName) {
        this.others = others;
        this.byName = Map.copyOf(byName);
    }

    /**
     * @param host the request's host, possibly with a port; null for none
     */
    Site of(String host) {
        if (host == null || byName.isEmpty()) {
            return others;
        }
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']');
        String name = (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
        return byName.getOrDefault(name, others);
    }
}
