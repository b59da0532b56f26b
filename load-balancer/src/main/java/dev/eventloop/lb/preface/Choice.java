package dev.eventloop.lb.preface;

import java.util.List;

/**
 * The pools of all routes with the same server name: by ALPN protocol first, then the one for all
 * protocols. Immutable.
 */
final class Choice<P> {
    private final byte[][] protocols;
    private final List<P> pools;
    private final P otherwise;

    /** All routes have the same server name, or none; no two have the same protocol. */
    Choice(List<Route<P>> routes) {
        List<Route<P>> byProtocol = routes.stream().filter(r -> r.protocol() != null).toList();
        protocols = byProtocol.stream().map(r -> Route.bytes(r.protocol())).toArray(byte[][]::new);
        pools = byProtocol.stream().map(Route::pool).toList();
        otherwise =
                routes.stream()
                        .filter(r -> r.protocol() == null)
                        .map(Route::pool)
                        .findAny()
                        .orElse(null);
    }

    /** Null if none of the routes is for this hello. */
    P choose(ClientHello hello) {
        int preferred = protocols.length == 0 ? -1 : hello.preferred(protocols);
        return preferred < 0 ? otherwise : pools.get(preferred);
    }
}
