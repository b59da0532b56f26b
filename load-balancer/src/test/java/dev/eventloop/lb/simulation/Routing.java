package dev.eventloop.lb.simulation;

import dev.eventloop.lb.FrontendOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The routes of a frontend, and a second implementation of the way they are chosen.
 *
 * @param defaultPool null for none
 */
record Routing(List<Rule> rules, String defaultPool) {
    /** Server names that clients ask for; no route is for the last two. */
    static final String[] NAMES = {
        "a.example.org",
        "b.example.org",
        "www.a.example.org",
        "x.y.b.example.org",
        "unknown.test",
        ""
    };

    static final String[] PROTOCOLS = {"h2", "http/1.1", "acme-tls/1"};

    private static final String[] PATTERNS = {
        "a.example.org", "b.example.org", "*.a.example.org", "*.example.org", "*.y.b.example.org"
    };

    /**
     * One route.
     *
     * @param name a server name or a wildcard; null for any name, and for none
     * @param protocol an ALPN protocol; null for any, and for none
     */
    record Rule(String name, String protocol, String pool) {
        /** Whether the route is for this name, or for all names below a suffix. */
        private boolean isFor(String serverName) {
            return name != null
                    && (name.startsWith("*.")
                            ? serverName.endsWith(name.substring(1))
                            : serverName.equals(name));
        }
    }

    /** All clients go to one pool. */
    static Routing toOnly(String pool) {
        return new Routing(List.of(), pool);
    }

    static Routing draw(Dice dice, List<String> pools) {
        List<Rule> rules = new ArrayList<>();
        Set<String> conditions = new HashSet<>();
        int count = dice.percent(20) ? 0 : dice.between(1, 6);
        for (int i = 0; i < count; i++) {
            String name = dice.percent(15) ? null : dice.one(PATTERNS);
            String protocol = name == null || dice.percent(30) ? dice.one(PROTOCOLS) : null;
            if (conditions.add(name + " " + protocol)) {
                rules.add(new Rule(name, protocol, pools.get(dice.below(pools.size()))));
            }
        }
        boolean hasDefault = rules.isEmpty() || dice.percent(65);
        return new Routing(rules, hasDefault ? pools.get(dice.below(pools.size())) : null);
    }

    void applyTo(FrontendOptions options) {
        rules.forEach(rule -> options.route(rule.name(), rule.protocol(), rule.pool()));
        if (defaultPool != null) {
            options.pool(defaultPool);
        }
    }

    /** Whether all pools that it needs are among these. */
    boolean fits(Collection<String> pools) {
        return (defaultPool == null || pools.contains(defaultPool))
                && rules.stream().allMatch(rule -> pools.contains(rule.pool()));
    }

    /** Whether the pool depends on the ClientHello. */
    boolean needsHello() {
        return !rules.isEmpty();
    }

    /** The pool for a ClientHello with this name, empty for none; null for no pool. */
    String pool(String name, List<String> protocols) {
        List<String> byLength =
                rules.stream()
                        .filter(rule -> rule.isFor(name))
                        .map(Rule::name)
                        .distinct()
                        .sorted((a, b) -> length(b) - length(a))
                        .toList();
        for (String pattern : byLength) {
            String pool =
                    pool(rules.stream().filter(r -> pattern.equals(r.name())).toList(), protocols);
            if (pool != null) {
                return pool;
            }
        }
        String pool = pool(rules.stream().filter(r -> r.name() == null).toList(), protocols);
        return pool == null ? defaultPool : pool;
    }

    private static int length(String pattern) {
        return pattern.startsWith("*.") ? pattern.length() : Integer.MAX_VALUE / 2;
    }

    private static String pool(List<Rule> sameName, List<String> protocols) {
        for (String protocol : protocols) {
            for (Rule rule : sameName) {
                if (protocol.equals(rule.protocol())) {
                    return rule.pool();
                }
            }
        }
        return sameName.stream()
                .filter(rule -> rule.protocol() == null)
                .map(Rule::pool)
                .findAny()
                .orElse(null);
    }
}
