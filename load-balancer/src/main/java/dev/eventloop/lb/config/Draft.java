package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.List;

/** What was written, before it is checked. */
public final class Draft {
    private SettingTexts settings = new SettingTexts();
    private final BackendTexts backends = new BackendTexts();
    private final List<FrontendText> frontends = new ArrayList<>();
    private final List<PoolText> pools = new ArrayList<>();

    /**
     * A backend: one text, or with parts apart.
     *
     * @param weight null if it is not apart; so are the others
     */
    record BackendText(Text address, Text weight, Text backup, Text maxConnections) {
        BackendText(Text address) {
            this(address, null, null, null);
        }
    }

    /** Backends, as far as they could be read. */
    static final class BackendTexts {
        private final List<BackendText> list = new ArrayList<>();
        private boolean isGiven;

        void add(BackendText backend) {
            isGiven = true;
            list.add(backend);
        }

        /** Something was written that could not be read, which is a mistake already. */
        void expect() {
            isGiven = true;
        }

        /** Whether there is any, even one that could not be read. */
        boolean isGiven() {
            return isGiven;
        }

        List<BackendText> list() {
            return list;
        }

        void addAll(BackendTexts others) {
            list.addAll(others.list);
            isGiven |= others.isGiven;
        }
    }

    /**
     * An entry below {@code frontends:}.
     *
     * @param binds the addresses that could be read
     * @param isBindGiven whether there is any, even one that could not be read
     * @param pool null if there is none, or if it could not be read
     * @param isPoolGiven whether there is a pool or a route, even one that could not be read
     */
    record FrontendText(
            Text name,
            SettingTexts settings,
            List<Text> binds,
            boolean isBindGiven,
            List<RouteText> routes,
            Text pool,
            boolean isPoolGiven) {}

    /**
     * A route of a frontend.
     *
     * @param serverName null for any
     * @param protocol null for any
     * @param pool null if it is missing
     */
    record RouteText(Place place, Text serverName, Text protocol, Text pool) {}

    /** An entry below {@code pools:}. */
    record PoolText(Text name, SettingTexts settings, BackendTexts backends) {}

    /** Several texts if the setting is a list. */
    public void put(Setting<?> setting, List<Text> values) {
        settings.put(setting, values);
    }

    /** A backend of the default pool, {@code HOST:PORT} and so on. */
    public void addBackend(Text text) {
        backends.add(new BackendText(text));
    }

    /** Whether there are backends of the default pool, here or in a file. */
    boolean hasDefaultPool() {
        boolean inFile = settings.value(BackendSettings.BACKENDS_FILE, null) != null;
        return backends.isGiven() || (inFile && pools.isEmpty());
    }

    void add(FrontendText frontend) {
        frontends.add(frontend);
    }

    void add(PoolText pool) {
        pools.add(pool);
    }

    boolean isEmpty() {
        return settings.isEmpty()
                && backends.list().isEmpty()
                && frontends.isEmpty()
                && pools.isEmpty();
    }

    /** The text of a setting; {@code otherwise} if nothing was written. */
    public String text(Setting<?> setting, String otherwise) {
        return settings.has(setting) ? settings.get(setting).get(0).value() : otherwise;
    }

    /** Those of the command line and of the top level of the file. */
    SettingTexts settings() {
        return settings;
    }

    /** The backends of the default pool. */
    BackendTexts backends() {
        return backends;
    }

    List<FrontendText> frontends() {
        return frontends;
    }

    List<PoolText> pools() {
        return pools;
    }

    /** Both drafts; a setting of this one overrides that of the other. */
    Draft over(Draft other) {
        Draft both = new Draft();
        both.settings = settings.over(other.settings);
        both.backends.addAll(other.backends);
        both.backends.addAll(backends);
        both.frontends.addAll(other.frontends);
        both.frontends.addAll(frontends);
        both.pools.addAll(other.pools);
        both.pools.addAll(pools);
        return both;
    }
}
