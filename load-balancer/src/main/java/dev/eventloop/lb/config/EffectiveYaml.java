package dev.eventloop.lb.config;

import dev.eventloop.lb.config.WantedFrontend.WantedRoute;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes a configuration as a file, with every default, that means the same when it is read. */
public final class EffectiveYaml {
    /** What every YAML parser takes for this text. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9/][A-Za-z0-9/._+-]*(:[A-Za-z0-9/._+-]+)*(,backup)?");

    private static final Set<String> NOTHING = Set.of("null", "Null", "NULL");
    private static final String ENTRY = "    ";

    private final StringBuilder yaml = new StringBuilder();

    private EffectiveYaml() {}

    /** The lines of the file. */
    public static String of(Configuration configuration) {
        EffectiveYaml writer = new EffectiveYaml();
        if (configuration.isShorthand()) {
            writer.appendShorthand(configuration);
        } else {
            writer.appendServices(configuration);
        }
        return writer.yaml.toString();
    }

    private void appendShorthand(Configuration configuration) {
        for (Setting<?> setting : AllSettings.list()) {
            append("", setting, configuration.texts(setting));
        }
        appendBackends("", configuration.pools().get(0).ownBackends());
    }

    private void appendServices(Configuration configuration) {
        for (Setting<?> setting : AllSettings.list(Scope.PROCESS)) {
            append("", setting, configuration.texts(setting));
        }
        yaml.append("frontends:\n");
        configuration.frontends().forEach(this::append);
        yaml.append("pools:\n");
        configuration.pools().forEach(this::append);
    }

    private void append(WantedFrontend frontend) {
        yaml.append("  ").append(frontend.name()).append(":\n");
        yaml.append(ENTRY).append("bind: ");
        appendList(frontend.addresses().stream().map(ListenAddress::toString).toList());
        yaml.append('\n');
        appendSettings(Scope.FRONTEND, frontend.settings());
        if (!frontend.routes().isEmpty()) {
            yaml.append(ENTRY).append("routes:\n");
            frontend.routes().forEach(this::append);
        }
        if (frontend.pool() != null) {
            yaml.append(ENTRY).append("pool: ").append(scalar(frontend.pool())).append('\n');
        }
    }

    private void append(WantedRoute route) {
        String start = ENTRY + "  - ";
        if (route.serverName() != null) {
            yaml.append(start).append("sni: ").append(scalar(route.serverName())).append('\n');
            start = ENTRY + "    ";
        }
        if (route.protocol() != null) {
            yaml.append(start).append("alpn: ").append(scalar(route.protocol())).append('\n');
        }
        yaml.append(ENTRY).append("    pool: ").append(scalar(route.pool())).append('\n');
    }

    private void append(WantedPool pool) {
        yaml.append("  ").append(pool.name().value()).append(":\n");
        appendSettings(Scope.POOL, pool.settings());
        appendBackends(ENTRY, pool.ownBackends());
    }

    private void appendSettings(Scope scope, SettingTexts settings) {
        for (Setting<?> setting : AllSettings.list(scope)) {
            if (setting.isInherited()) {
                append(ENTRY, setting, settings.get(setting));
            }
        }
    }

    private void append(String indent, Setting<?> setting, List<Text> texts) {
        yaml.append(indent).append(setting.key()).append(": ");
        if (setting.isRepeatable()) {
            appendList(items(texts));
        } else {
            yaml.append(scalar(texts.get(0).value()));
        }
        yaml.append('\n');
    }

    private static List<String> items(List<Text> texts) {
        return texts.stream()
                .flatMap(text -> Arrays.stream(text.value().split(",", -1)))
                .map(String::strip)
                .toList();
    }

    private void appendList(List<String> texts) {
        yaml.append('[')
                .append(String.join(", ", texts.stream().map(EffectiveYaml::quoted).toList()))
                .append(']');
    }

    private void appendBackends(String indent, List<WantedBackend> backends) {
        if (backends.isEmpty()) {
            return; // the demo has its own, and so may a backends-file
        }
        yaml.append(indent).append("backends:\n");
        for (WantedBackend backend : backends) {
            String item = indent + "  - ";
            if (backend.maxConnections() == 0) {
                yaml.append(item).append(scalar(backend.text())).append('\n');
            } else {
                yaml.append(item).append("address: ").append(scalar(backend.text())).append('\n');
                yaml.append(indent).append("    max-conns: ");
                yaml.append(backend.maxConnections()).append('\n');
            }
        }
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches() && !NOTHING.contains(text) ? text : quoted(text);
    }

    /** A double-quoted scalar (YAML 1.2.2, section 7.3.1). */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' '
                    || c == 0x7f
                    || (c >= 0x80 && c < 0xa0)
                    || c == '\u2028'
                    || c == '\u2029') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
