package dev.eventloop.lb.config;

import java.util.Arrays;
import java.util.List;

/** The keys of the file that have no option on the command line. */
enum FileKey {
    FRONTENDS(Owner.TOP, "frontends", "NAME: settings", "Frontends by name."),
    POOLS(Owner.TOP, "pools", "NAME: settings", "Pools by name."),
    DEFAULT_BACKENDS(
            Owner.TOP,
            "backends",
            "list",
            "The backends of the pool default, which is the pool of the frontend default."),
    BIND(
            Owner.FRONTEND,
            "bind",
            "ADDRESS:PORT, ADDRESS:PORT-PORT, or a list",
            "The addresses to listen on. [::]:PORT takes IPv4 clients as well, unless the frontend"
                    + " has an IPv4 address with the same port. Port 0 picks a free one."
                    + " 8000-8010 are all ports from 8000 to 8010."),
    ROUTES(
            Owner.FRONTEND,
            "routes",
            "list",
            "Pools by what the TLS ClientHello of a client contains. The most exact route wins,"
                    + " whatever their order."),
    POOL(
            Owner.FRONTEND,
            "pool",
            "NAME",
            "The pool of clients without a route: other server names, no server name, no TLS. Without"
                    + " routes, the default is the pool with the frontend's name. With routes and"
                    + " without a pool, such clients are reset, with the reason no-route."),
    BACKENDS(
            Owner.POOL,
            "backends",
            "list",
            "HOST:PORT[:WEIGHT], [IPV6]:PORT[:WEIGHT], unix:PATH[:WEIGHT], unix:@ABSTRACT[:WEIGHT], dns:NAME:PORT[:WEIGHT]"
                    + " or srv:NAME, with ,backup at the end if it is one; or its parts."),
    SNI(
            Owner.ROUTE,
            "sni",
            "NAME or *.NAME",
            "The server name. A wildcard stands for one label or more. Without it, the route is for"
                    + " any name, and for none."),
    ALPN(Owner.ROUTE, "alpn", "PROTOCOL", "A protocol that the client must offer, such as h2."),
    ROUTE_POOL(Owner.ROUTE, "pool", "NAME", "The pool of these clients."),
    ADDRESS(Owner.BACKEND, "address", "HOST:PORT", "One of the forms above."),
    WEIGHT(
            Owner.BACKEND,
            "weight",
            "0 to 256",
            "Its share of the connections; 1 by default, 0 for no new ones."),
    BACKUP(Owner.BACKEND, "backup", "true or false", "Used only when no primary is up."),
    MAX_CONNS(
            Owner.BACKEND,
            "max-conns",
            "N or off",
            "The most open connections to it; max-conns-per-backend by default.");

    /** The mapping that has the key. */
    enum Owner {
        TOP,
        FRONTEND,
        POOL,
        ROUTE,
        BACKEND
    }

    private final Owner owner;
    private final String key;
    private final String value;
    private final String description;

    FileKey(Owner owner, String key, String value, String description) {
        this.owner = owner;
        this.key = key;
        this.value = value;
        this.description = description;
    }

    static List<FileKey> of(Owner owner) {
        return Arrays.stream(values()).filter(k -> k.owner == owner).toList();
    }

    Owner owner() {
        return owner;
    }

    String key() {
        return key;
    }

    /** What its value looks like. */
    String value() {
        return value;
    }

    String description() {
        return description;
    }
}
