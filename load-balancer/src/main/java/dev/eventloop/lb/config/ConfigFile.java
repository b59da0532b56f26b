package dev.eventloop.lb.config;

import dev.eventloop.lb.config.Draft.BackendText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What the YAML file says, as far as it is put as it should be. */
final class ConfigFile {
    private static final String BACKENDS = "backends";
    private static final String ADDRESS = "address";
    private static final String WEIGHT = "weight";
    private static final String BACKUP = "backup";
    private static final String MAX_CONNS = "max-conns";
    private static final List<String> OF_A_BACKEND = List.of(ADDRESS, WEIGHT, BACKUP, MAX_CONNS);
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<Tag> TAGS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

    private final String file;
    private final Mistakes mistakes;
    private final Draft draft = new Draft();

    private ConfigFile(String file, Mistakes mistakes) {
        this.file = file;
        this.mistakes = mistakes;
    }

    /** Whatever is wrong is among the mistakes, and left out of the draft. */
    static Draft read(String file, Mistakes mistakes) {
        ConfigFile reader = new ConfigFile(file, mistakes);
        String text = YamlText.read(file, mistakes);
        MappingNode root = text == null ? null : YamlTree.compose(file, text, mistakes);
        if (root != null) {
            reader.readSettings(root);
        }
        return reader.draft;
    }

    private void readSettings(MappingNode root) {
        Map<String, Setting<?>> known = new LinkedHashMap<>();
        AllSettings.list().forEach(setting -> known.put(setting.key(), setting));
        List<String> keys = new ArrayList<>(known.keySet());
        keys.add(BACKENDS);
        entries(root, keys)
                .forEach(
                        (key, value) -> {
                            if (key.equals(BACKENDS)) {
                                readBackends(value);
                            } else {
                                readSetting(known.get(key), value);
                            }
                        });
    }

    private void readSetting(Setting<?> setting, Node value) {
        List<Text> texts = new ArrayList<>();
        if (setting.isRepeatable() && value instanceof SequenceNode list) {
            list.getValue().forEach(item -> addIfThere(texts, scalar(setting.key(), item)));
        } else {
            addIfThere(texts, scalar(setting.key(), value));
        }
        draft.put(setting, texts);
    }

    private static void addIfThere(List<Text> texts, Text text) {
        if (text != null) {
            texts.add(text);
        }
    }

    private void readBackends(Node value) {
        if (!(value instanceof SequenceNode list)) {
            draft.expectBackends();
            mistakes.add(
                    place(value),
                    BACKENDS + " is " + kind(value) + "; write a list, each with \"- \" before it");
            return;
        }
        for (Node item : list.getValue()) {
            draft.expectBackends();
            if (item instanceof MappingNode mapping) {
                readBackend(mapping);
            } else {
                Text text = scalar("a backend", item);
                if (text != null) {
                    draft.addBackend(text);
                }
            }
        }
    }

    private void readBackend(MappingNode mapping) {
        Map<String, Text> texts = new HashMap<>();
        entries(mapping, OF_A_BACKEND).forEach((key, value) -> texts.put(key, scalar(key, value)));
        if (!texts.containsKey(ADDRESS)) {
            mistakes.add(
                    place(mapping),
                    "this backend has no address; write address: 127.0.0.1:9001, or so");
        } else if (texts.get(ADDRESS) != null) {
            draft.add(
                    new BackendText(
                            texts.get(ADDRESS),
                            texts.get(WEIGHT),
                            texts.get(BACKUP),
                            texts.get(MAX_CONNS)));
        }
    }

    /** What is there of what may be there; the first of each name. */
    private Map<String, Node> entries(MappingNode mapping, Collection<String> known) {
        Map<String, Node> entries = new LinkedHashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            Place place = place(keyNode);
            if (!(keyNode instanceof ScalarNode scalar)) {
                mistakes.add(place, "a key is " + kind(keyNode) + "; it must be a name");
                continue;
            }
            String key = scalar.getValue();
            Integer first = lines.putIfAbsent(key, place.line());
            if (!known.contains(key)) {
                mistakes.add(place, unknown(key, known));
            } else if (first != null) {
                mistakes.add(
                        place, key + " is given twice, first in line " + first + "; give it once");
            } else {
                entries.put(key, tuple.getValueNode());
            }
        }
        return entries;
    }

    private static String unknown(String key, Collection<String> known) {
        String nearest = Nearest.of(key.replaceFirst("^-+", ""), known);
        return '"'
                + key
                + "\" is no setting; "
                + (nearest == null
                        ? "there are " + String.join(", ", known)
                        : "did you mean " + nearest + "?");
    }

    /** Null, and a mistake, if it is no text. */
    private Text scalar(String what, Node node) {
        Place place = place(node);
        if (!(node instanceof ScalarNode scalar)) {
            mistakes.add(place, what + " is " + kind(node) + "; write a single value");
        } else if (scalar.isPlain() && NOTHING.contains(scalar.getValue())) {
            mistakes.add(place, what + " has no value; write one, or leave the key out");
        } else if (!TAGS.contains(node.getTag())) {
            mistakes.add(
                    place, what + " has the tag " + node.getTag() + ", which says nothing here");
        } else {
            return new Text(scalar.getValue(), place);
        }
        return null;
    }

    private static String kind(Node node) {
        if (node instanceof SequenceNode) {
            return "a list";
        }
        return node instanceof MappingNode ? "a mapping of keys" : "a single value";
    }

    private Place place(Node node) {
        return YamlTree.place(file, node.getStartMark());
    }
}
