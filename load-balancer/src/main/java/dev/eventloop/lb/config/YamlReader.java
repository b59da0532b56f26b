package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads texts, lists and mappings from nodes, and adds a mistake for what is none. */
final class YamlReader {
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<Tag> TAGS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

    private final String file;
    private final Mistakes mistakes;

    /** A key and what it has. */
    record Entry(Text key, Node value) {}

    YamlReader(String file, Mistakes mistakes) {
        this.file = file;
        this.mistakes = mistakes;
    }

    /**
     * The entries of a mapping, without those that are mistakes.
     *
     * @param known null if the keys are names
     */
    List<Entry> entries(MappingNode mapping, Keys known) {
        List<Entry> entries = new ArrayList<>();
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
            if (known != null && !known.has(key)) {
                mistakes.add(place, () -> known.unknown(key));
            } else if (first != null) {
                mistakes.add(
                        place, key + " is given twice, first in line " + first + "; give it once");
            } else {
                entries.add(new Entry(new Text(key, place), tuple.getValueNode()));
            }
        }
        return entries;
    }

    /** A single value; null, and a mistake, if it is none. */
    Text scalar(String what, Node node) {
        Place place = place(node);
        if (!(node instanceof ScalarNode scalar)) {
            mistakes.add(place, what + " is " + kind(node) + "; write a single value");
        } else if (isNothing(node)) {
            mistakes.add(place, what + " has no value; write one, or leave the key out");
        } else if (!TAGS.contains(node.getTag())) {
            mistakes.add(
                    place, what + " has the tag " + node.getTag() + ", which says nothing here");
        } else {
            return new Text(scalar.getValue(), place);
        }
        return null;
    }

    /** One single value, or those of a list; without those that are mistakes. */
    List<Text> scalars(String what, Node node) {
        List<Node> nodes = node instanceof SequenceNode list ? list.getValue() : List.of(node);
        List<Text> texts = new ArrayList<>();
        for (Node item : nodes) {
            Text text = scalar(what, item);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && NOTHING.contains(scalar.getValue());
    }

    static boolean isEmptyList(Node node) {
        return node instanceof SequenceNode list && list.getValue().isEmpty();
    }

    /** {@code "a list"} and so on, as part of a sentence. */
    static String kind(Node node) {
        if (node instanceof SequenceNode) {
            return "a list";
        }
        return node instanceof MappingNode ? "a mapping of keys" : "a single value";
    }

    Place place(Node node) {
        return YamlTree.place(file, node.getStartMark());
    }
}
