package dev.eventloop.lb.config;

import dev.eventloop.lb.config.FileKey.Owner;

/** Writes {@code docs/configuration.md} from the settings table. */
final class ConfigurationReference {
    private static final String HEAD =
            """
            # Configuration

            <!-- Generated from the settings table by ConfigurationIsDocumentedTest; do not edit. -->

            `high_perf_lb` takes its configuration from the command line, from a YAML file (`--config FILE`), or from both. [lb.yaml](lb.yaml) is a file with every setting, [examples/two-services.yaml](examples/two-services.yaml) one with two frontends and four pools. `--dry-run` shows the effective configuration as such a file. SIGHUP reads the file again: a file with mistakes changes nothing, and settings that need a restart are logged.

            A **frontend** is where clients connect to: addresses, limits, and routes to pools. A **pool** is a set of backends, with the way they are picked, connected to and checked. Frontends and pools have names, and any frontend may send clients to any pool.

            ```yaml
            frontends:
              web:
                bind: ["0.0.0.0:443", "[::]:443"]
                routes:
                  - sni: api.example.org
                    pool: api
                  - sni: "*.shop.example.org"
                    alpn: h2
                    pool: shop
                pool: site
            pools:
              api:
                backends: [10.0.0.1:9001, 10.0.0.2:9001]
              shop:
                algorithm: least-conn
                backends: [10.0.0.3:9001:3, "10.0.0.4:9001,backup"]
              site:
                backends: [dns:site.internal:9001]
            ```

            ## The short form

            `high_perf_lb PORT BACKEND...`, and `port:` and `backends:` at the top level of a file, make one frontend and one pool, both called `default`. Other frontends and pools may stand beside them in the file.

            ## Precedence

            The nearest value wins. For a setting of a frontend or a pool:

            1. the entry itself, below `frontends: NAME:` or `pools: NAME:`,
            2. the option on the command line,
            3. the top level of the file,
            4. the default.

            So an option, and a setting at the top level, is the default of all frontends or pools. For a setting of the process, the option overrides the file. A list such as `allow` replaces the farther one as a whole; `allow: []` in a frontend lets everyone in.

            ## Values

            Times are a whole number and a unit: `500ms`, `60s`, `5m`, `1h`, at most `2562047h`. Where `off` or `auto` is the default, it may be written, too. Ranges are addresses or CIDR prefixes, `10.0.0.0/8` or `::1`; several are a list, or one text with commas.

            """;

    private final StringBuilder text = new StringBuilder(HEAD);

    private ConfigurationReference() {}

    static String markdown() {
        ConfigurationReference reference = new ConfigurationReference();
        reference.appendSettings(
                "The process",
                "At the top level of the file, and nowhere else. `threads`, `pin`, `event-backend`,"
                        + " `admin`, `admin-token-file`, `access-log-format`,"
                        + " `access-log-events`, `stall-warning` and whether there is an"
                        + " `access-log` change with a restart only.",
                Scope.PROCESS);
        reference.appendKeys(Owner.TOP);
        reference.appendSettings(
                "Frontends",
                "Below `frontends: NAME:`, or as defaults. A changed `bind`, `port`, `accept` or"
                        + " `max-clients` needs a restart; a frontend that comes or goes does not.",
                Scope.FRONTEND);
        reference.appendKeys(Owner.FRONTEND);
        reference.append("## Routes\n\n");
        reference.append(
                "Below `routes:`, a list. Each route has `sni`, `alpn` or both, and `pool`. The server"
                        + " name itself comes before wildcards, a longer wildcard before a shorter"
                        + " one, and routes without a name last; with each name, a route with a"
                        + " protocol comes before the one without. If a client offers several"
                        + " protocols with a route, its own order decides. The connection is passed on"
                        + " as it is: TLS is read, and not terminated.\n\n");
        reference.appendKeys(Owner.ROUTE);
        reference.appendSettings(
                "Pools",
                "Below `pools: NAME:`, or as defaults. All of it changes with SIGHUP.",
                Scope.POOL);
        reference.appendKeys(Owner.POOL);
        reference.append("## Backends\n\n");
        reference.append(
                "Below `backends:`, a list. Each is a text as on the command line, or a mapping of its"
                        + " parts.\n\n");
        reference.appendKeys(Owner.BACKEND);
        return reference.text.toString().stripTrailing() + "\n";
    }

    private void append(String part) {
        text.append(part);
    }

    private void appendSettings(String title, String prose, Scope scope) {
        append("## " + title + "\n\n" + prose + "\n\n");
        append("| option | key | value | default | description |\n|---|---|---|---|---|\n");
        for (Setting<?> setting : AllSettings.list(scope)) {
            append(
                    "| "
                            + options(setting)
                            + " | `"
                            + setting.key()
                            + "` | "
                            + value(setting)
                            + " | "
                            + defaultText(setting)
                            + " | "
                            + cell(setting.description())
                            + " |\n");
        }
        append("\n");
    }

    private static String options(Setting<?> setting) {
        return setting.isArgument()
                ? "`" + setting.label() + "`"
                : String.join(", ", setting.options().stream().map(o -> "`" + o + "`").toList());
    }

    private static String value(Setting<?> setting) {
        if (setting.isFlag()) {
            return "`true` or `false`";
        }
        String label = "`" + cell(setting.label()) + "`";
        return setting.isRepeatable() ? label + ", or a list" : label;
    }

    private static String defaultText(Setting<?> setting) {
        if (setting.isArgument()) {
            return "";
        }
        return setting.isRepeatable() ? "`[]`" : "`" + setting.defaultText() + "`";
    }

    private void appendKeys(Owner owner) {
        append("| key | value | description |\n|---|---|---|\n");
        for (FileKey key : FileKey.of(owner)) {
            append(
                    "| `"
                            + key.key()
                            + "` | "
                            + cell(key.value())
                            + " | "
                            + cell(key.description())
                            + " |\n");
        }
        append("\n");
    }

    private static String cell(String words) {
        return words.replace("|", "\\|").replace("*.", "\\*.");
    }
}
