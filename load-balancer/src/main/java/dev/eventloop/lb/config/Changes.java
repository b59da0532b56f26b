package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In what two configurations differ, for people. */
public final class Changes {
    private Changes() {}

    /** A sentence each; those of settings first. */
    public static List<String> between(Configuration before, Configuration after) {
        List<String> changes = new ArrayList<>();
        for (Setting<?> setting : AllSettings.list()) {
            String was = text(before, setting);
            String is = text(after, setting);
            if (!was.equals(is)) {
                changes.add(setting.key() + " is " + is + " now, no longer " + was);
            }
        }
        addBackends(byName(before), byName(after), changes);
        return changes;
    }

    private static void addBackends(
            Map<String, WantedBackend> before,
            Map<String, WantedBackend> after,
            List<String> changes) {
        after.forEach(
                (name, backend) -> {
                    WantedBackend was = before.get(name);
                    if (was == null) {
                        changes.add("backend " + describe(backend) + " is new");
                    } else if (!was.equals(backend)) {
                        changes.add(
                                "backend "
                                        + describe(backend)
                                        + " is so now, no longer "
                                        + describe(was));
                    }
                });
        before.forEach(
                (name, backend) -> {
                    if (!after.containsKey(name)) {
                        changes.add("backend " + name + " is gone; connections that it has go on");
                    }
                });
    }

    private static String describe(WantedBackend backend) {
        return backend.text()
                + (backend.maxConnections() == 0
                        ? ""
                        : " for " + backend.maxConnections() + " connections");
    }

    private static Map<String, WantedBackend> byName(Configuration configuration) {
        Map<String, WantedBackend> byName = new LinkedHashMap<>();
        configuration.backends().forEach(backend -> byName.put(backend.name(), backend));
        return byName;
    }

    private static String text(Configuration configuration, Setting<?> setting) {
        List<Text> texts = configuration.texts(setting);
        return setting.isRepeatable() && texts.isEmpty()
                ? "empty"
                : String.join(",", texts.stream().map(Text::value).toList());
    }
}
