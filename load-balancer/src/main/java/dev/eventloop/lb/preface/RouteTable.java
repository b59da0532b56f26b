package dev.eventloop.lb.preface;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which pool a client is sent to, by its ClientHello. The most exact route wins:
 *
 * <ol>
 *   <li>the server name itself,
 *   <li>the wildcard with the longest suffix, then those with shorter ones,
 *   <li>routes without a server name, for which the ALPN protocol is enough,
 *   <li>the default pool.
 * </ol>
 *
 * <p>With each name, a route for an ALPN protocol that the client offers comes before the one for
 * all protocols. If there are routes for several of them, the client's order decides.
 *
 * <p>Immutable, for any number of threads. Finding a pool allocates nothing and takes one pass over
 * the name, however many routes there are.
 *
 * @param <P> what a pool is
 */
public final class RouteTable<P> {
    private final NameTable<Choice<P>> names;

    /** Of routes without a server name. */
    private final Choice<P> anyName;

    private final P defaultPool;
    private final boolean needsHello;

    /**
     * A table of these routes, whose order does not matter.
     *
     * @param defaultPool for clients that no route is for; null if there is none
     * @throws IllegalArgumentException if two routes are for the same name and protocol, with a
     *     sentence that says which
     */
    public RouteTable(List<Route<P>> routes, P defaultPool) {
        this.defaultPool = defaultPool;
        this.needsHello = !routes.isEmpty();
        if (routes.isEmpty()) { // the usual case: start without the classes of the others
            this.names = null;
            this.anyName = null;
            return;
        }
        refuseDuplicates(routes);
        Map<ServerNamePattern, List<Route<P>>> byName = new LinkedHashMap<>();
        for (Route<P> route : routes) {
            byName.computeIfAbsent(route.serverName(), name -> new ArrayList<>()).add(route);
        }
        List<Route<P>> withoutName = byName.remove(null);
        this.anyName = new Choice<>(withoutName == null ? List.of() : withoutName);
        this.names =
                new NameTable<>(
                        byName.keySet().stream().map(ServerNamePattern::key).toList(),
                        byName.values().stream().map(Choice::new).toList());
    }

    private static <P> void refuseDuplicates(List<Route<P>> routes) {
        Set<String> conditions = new HashSet<>();
        for (Route<P> route : routes) {
            if (!conditions.add(route.condition())) {
                throw new IllegalArgumentException(
                        "there are two routes for "
                                + route.condition()
                                + ", the second to "
                                + route.pool()
                                + "; leave one of them out");
            }
        }
    }

    /** Whether the answer depends on the hello: there is at least one route. */
    public boolean needsHello() {
        return needsHello;
    }

    /** The pool of a client that sent no hello: the default one, null if there is none. */
    public P find() {
        return defaultPool;
    }

    /**
     * The pool of a client that sent this hello.
     *
     * @param hello as far as it is known: before it is found it has neither a name nor protocols
     * @return null if no route is for it, and there is no default pool
     */
    public P find(ClientHello hello) {
        if (!needsHello) {
            return defaultPool;
        }
        P found = hello.hasServerName() ? findByName(hello) : null;
        if (found == null) {
            found = anyName.choose(hello);
        }
        return found == null ? defaultPool : found;
    }

    /** From the last byte to the first, so that what is found later is more exact. */
    private P findByName(ClientHello hello) {
        byte[] name = hello.name().bytes();
        int length = hello.name().length();
        P found = null;
        int hash = NameTable.emptyHash();
        for (int at = length - 1; at >= 0; at--) {
            hash = NameTable.hash(hash, name[at]);
            if (name[at] == '.' || at == 0) {
                Choice<P> choice = names.find(name, at, length, hash);
                P pool = choice == null ? null : choice.choose(hello);
                found = pool == null ? found : pool;
            }
        }
        return found;
    }
}
