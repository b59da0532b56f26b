package dev.eventloop.lb.config;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A configuration as a file that says the same, with everything that is so by default. */
public final class EffectiveYaml {
    /** What no YAML parser takes for anything but this text. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9/][A-Za-z0-9/._+-]*(:[A-Za-z0-9/._+-]+)*(,backup)?");

    private static final Set<String> NOTHING = Set.of("null", "Null", "NULL");

    private EffectiveYaml() {}

    /** The lines. */
    public static String of(Configuration configuration) {
        StringBuilder yaml = new StringBuilder();
        for (Setting<?> setting : AllSettings.list()) {
            List<Text> texts = configuration.texts(setting);
            yaml.append(setting.key()).append(": ");
            if (setting.isRepeatable()) {
                appendList(yaml, items(texts));
            } else {
                yaml.append(scalar(texts.get(0).value()));
            }
            yaml.append('\n');
        }
        appendBackends(yaml, configuration.backends());
        return yaml.toString();
    }

    private static List<String> items(List<Text> texts) {
        return texts.stream()
                .flatMap(text -> Arrays.stream(text.value().split(",", -1)))
                .map(String::strip)
                .toList();
    }

    private static void appendList(StringBuilder yaml, List<String> texts) {
        yaml.append('[')
                .append(String.join(", ", texts.stream().map(EffectiveYaml::quoted).toList()))
                .append(']');
    }

    private static void appendBackends(StringBuilder yaml, List<WantedBackend> backends) {
        if (backends.isEmpty()) {
            return; // those of the demo
        }
        yaml.append("backends:\n");
        for (WantedBackend backend : backends) {
            if (backend.maxConnections() == 0) {
                yaml.append("  - ").append(scalar(backend.text())).append('\n');
            } else {
                yaml.append("  - address: ").append(scalar(backend.text()));
                yaml.append("\n    max-conns: ").append(backend.maxConnections()).append('\n');
            }
        }
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches() && !NOTHING.contains(text) ? text : quoted(text);
    }

    /** YAML 1.2.2, 7.3.1. */
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
