package dev.eventloop.lb.config;

import dev.eventloop.lb.config.Draft.BackendText;
import dev.eventloop.lb.config.Draft.BackendTexts;
import dev.eventloop.lb.config.Draft.FrontendText;
import dev.eventloop.lb.config.Draft.PoolText;
import dev.eventloop.lb.config.Draft.RouteText;
import dev.eventloop.lb.config.YamlReader.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the YAML file into a {@link Draft}. What has the wrong form is a mistake and left out. */
final class ConfigFile {
    private static final String BACKENDS = FileKey.BACKENDS.key();

    private final Mistakes mistakes;
    private final YamlReader yaml;
    private final Draft draft = new Draft();
    private final Map<String, Setting<?>> settings = new HashMap<>();

    private ConfigFile(String file, Mistakes mistakes) {
        this.mistakes = mistakes;
        this.yaml = new YamlReader(file, mistakes);
        AllSettings.list().forEach(setting -> settings.put(setting.key(), setting));
    }

    /**
     * @param files takes the file
     */
    static Draft read(String file, FilesRead files, Mistakes mistakes) {
        ConfigFile reader = new ConfigFile(file, mistakes);
        String text = files.read(file, mistakes);
        MappingNode root = text == null ? null : YamlTree.compose(file, text, mistakes);
        if (root != null) {
            reader.readTopLevel(root);
        }
        return reader.draft;
    }

    private void readTopLevel(MappingNode root) {
        for (Entry entry : yaml.entries(root, Keys.ofTopLevel())) {
            String key = entry.key().value();
            if (key.equals(BACKENDS)) {
                readBackends(entry.value(), draft.backends());
            } else if (key.equals(FileKey.FRONTENDS.key())) {
                section(entry, "frontend").forEach(this::readFrontend);
            } else if (key.equals(FileKey.POOLS.key())) {
                section(entry, "pool").forEach(this::readPool);
            } else {
                draft.put(settings.get(key), texts(entry));
            }
        }
    }

    private List<Text> texts(Entry entry) {
        String key = entry.key().value();
        if (settings.get(key).isRepeatable()) {
            return yaml.scalars(key, entry.value());
        }
        Text text = yaml.scalar(key, entry.value());
        return text == null ? List.of() : List.of(text);
    }

    /** The frontends or pools by name. */
    private List<Entry> section(Entry entry, String what) {
        if (entry.value() instanceof MappingNode names) {
            return yaml.entries(names, null);
        }
        String key = entry.key().value();
        mistakes.add(
                yaml.place(entry.value()),
                YamlReader.isNothing(entry.value())
                        ? key + " has no value; write one, or leave the key out"
                        : key
                                + " is "
                                + YamlReader.kind(entry.value())
                                + "; write the NAME: of each "
                                + what
                                + ", and below it its settings");
        return List.of();
    }

    /** The mapping of an entry; null, and a mistake, if it is none. */
    private MappingNode mapping(Entry entry, String what) {
        if (entry.value() instanceof MappingNode mapping) {
            return mapping;
        }
        mistakes.add(
                yaml.place(entry.value()),
                what
                        + " "
                        + entry.key().value()
                        + (YamlReader.isNothing(entry.value())
                                ? " has no settings"
                                : " is " + YamlReader.kind(entry.value()))
                        + "; write its settings below it, such as "
                        + (what.equals("pool")
                                ? BACKENDS + ": [127.0.0.1:9001]"
                                : "bind: 0.0.0.0:8080"));
        return null;
    }

    private void readPool(Entry entry) {
        SettingTexts own = new SettingTexts();
        BackendTexts backends = new BackendTexts();
        MappingNode mapping = mapping(entry, "pool");
        if (mapping == null) {
            backends.expect();
        } else {
            for (Entry part : yaml.entries(mapping, Keys.of(Scope.POOL))) {
                if (part.key().value().equals(BACKENDS)) {
                    readBackends(part.value(), backends);
                } else {
                    own.put(settings.get(part.key().value()), texts(part));
                }
            }
        }
        draft.add(new PoolText(entry.key(), own, backends));
    }

    private void readFrontend(Entry entry) {
        SettingTexts own = new SettingTexts();
        List<Text> binds = new ArrayList<>();
        List<RouteText> routes = new ArrayList<>();
        Text pool = null;
        MappingNode mapping = mapping(entry, "frontend");
        boolean isBindGiven = mapping == null;
        boolean isPoolGiven = mapping == null;
        List<Entry> parts =
                mapping == null ? List.of() : yaml.entries(mapping, Keys.of(Scope.FRONTEND));
        for (Entry part : parts) {
            String key = part.key().value();
            if (key.equals(FileKey.BIND.key())) {
                isBindGiven = !YamlReader.isEmptyList(part.value());
                binds.addAll(yaml.scalars(key, part.value()));
            } else if (key.equals(FileKey.ROUTES.key())) {
                isPoolGiven |= !YamlReader.isEmptyList(part.value());
                routes.addAll(routes(part.value()));
            } else if (key.equals(FileKey.POOL.key())) {
                isPoolGiven = true;
                pool = yaml.scalar(key, part.value());
            } else {
                own.put(settings.get(key), texts(part));
            }
        }
        draft.add(
                new FrontendText(entry.key(), own, binds, isBindGiven, routes, pool, isPoolGiven));
    }

    private List<RouteText> routes(Node value) {
        List<RouteText> routes = new ArrayList<>();
        if (!(value instanceof SequenceNode list)) {
            mistakes.add(
                    yaml.place(value),
                    FileKey.ROUTES.key()
                            + " is "
                            + YamlReader.kind(value)
                            + "; write a list, such as - {sni: www.example.org, pool: NAME}");
            return routes;
        }
        for (Node item : list.getValue()) {
            if (item instanceof MappingNode mapping) {
                Map<String, Text> parts = parts(mapping, FileKey.Owner.ROUTE);
                boolean isComplete = parts.size() == mapping.getValue().size();
                if (isComplete && !parts.containsValue(null)) { // else it has a mistake already
                    routes.add(
                            new RouteText(
                                    yaml.place(item),
                                    parts.get(FileKey.SNI.key()),
                                    parts.get(FileKey.ALPN.key()),
                                    parts.get(FileKey.ROUTE_POOL.key())));
                }
            } else {
                mistakes.add(
                        yaml.place(item),
                        "a route is "
                                + YamlReader.kind(item)
                                + "; write its parts, such as sni: www.example.org and pool: NAME");
            }
        }
        return routes;
    }

    private void readBackends(Node value, BackendTexts into) {
        if (!(value instanceof SequenceNode list)) {
            into.expect();
            mistakes.add(
                    yaml.place(value),
                    BACKENDS
                            + " is "
                            + YamlReader.kind(value)
                            + "; write a list, each with \"- \" before it");
            return;
        }
        for (Node item : list.getValue()) {
            into.expect();
            if (item instanceof MappingNode mapping) {
                readBackend(mapping, into);
            } else {
                Text text = yaml.scalar("a backend", item);
                if (text != null) {
                    into.add(new BackendText(text));
                }
            }
        }
    }

    private void readBackend(MappingNode mapping, BackendTexts into) {
        Map<String, Text> parts = parts(mapping, FileKey.Owner.BACKEND);
        if (!parts.containsKey(FileKey.ADDRESS.key())) {
            mistakes.add(
                    yaml.place(mapping),
                    "this backend has no address; write address: 127.0.0.1:9001, or so");
        } else if (parts.get(FileKey.ADDRESS.key()) != null) {
            into.add(
                    new BackendText(
                            parts.get(FileKey.ADDRESS.key()),
                            parts.get(FileKey.WEIGHT.key()),
                            parts.get(FileKey.BACKUP.key()),
                            parts.get(FileKey.MAX_CONNS.key())));
        }
    }

    /** The parts by key; null for one that could not be read. */
    private Map<String, Text> parts(MappingNode mapping, FileKey.Owner owner) {
        Map<String, Text> parts = new HashMap<>();
        for (Entry part : yaml.entries(mapping, Keys.of(owner))) {
            parts.put(part.key().value(), yaml.scalar(part.key().value(), part.value()));
        }
        return parts;
    }
}
