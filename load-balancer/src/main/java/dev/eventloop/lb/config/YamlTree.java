package dev.eventloop.lb.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Composes the nodes of a YAML document. No tag makes an object. */
final class YamlTree {
    /** A route is at depth 5. */
    private static final int DEPTH = 16;

    private final String file;
    private final String text;
    private final Mistakes mistakes;
    private final LoadSettings settings;

    private YamlTree(String file, String text, Mistakes mistakes) {
        this.file = file;
        this.text = text;
        this.mistakes = mistakes;
        this.settings =
                LoadSettings.builder()
                        .setAllowDuplicateKeys(true) // reported with all other mistakes
                        .setAllowRecursiveKeys(true)
                        .setAllowNonScalarKeys(true)
                        .setMaxAliasesForCollections(Integer.MAX_VALUE) // never followed twice
                        .setUseMarks(true)
                        .setCodePointLimit(Integer.MAX_VALUE) // the file's size has a limit
                        .build();
    }

    /** The mapping at the top level; null, and a mistake, if there is none. */
    static MappingNode compose(String file, String text, Mistakes mistakes) {
        return new YamlTree(file, text, mistakes).compose();
    }

    static Place place(String file, Optional<Mark> mark) {
        return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Place.of(file));
    }

    private MappingNode compose() {
        try {
            if (!isShallow()) {
                return null;
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isPresent() && root.get() instanceof MappingNode mapping) {
                return mapping;
            }
            boolean empty = root.isEmpty();
            mistakes.add(
                    empty ? Place.of(file) : place(file, root.get().getStartMark()),
                    (empty ? "the file is empty" : "it is no list of settings")
                            + "; write KEY: VALUE in lines, such as port: 8080");
        } catch (MarkedYamlEngineException e) {
            mistakes.add(
                    place(file, e.getProblemMark().or(e::getContextMark)),
                    "it is not YAML: "
                            + (e.getContext() == null ? "" : e.getContext() + ": ")
                            + e.getProblem());
        } catch (YamlEngineException e) {
            mistakes.add(Place.of(file), "it is not YAML: " + e.getMessage());
        }
        return null;
    }

    /**
     * The parser keeps its state on the heap; the composer recurses and would overflow the stack.
     */
    private boolean isShallow() {
        int depth = 0;
        int documents = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case DocumentStart -> documents++;
                default -> {}
            }
            if (depth > DEPTH) {
                mistakes.add(
                        place(file, event.getStartMark()),
                        "this is nested deeper than a configuration can be");
                return false;
            }
            if (documents > 1) {
                mistakes.add(
                        place(file, event.getStartMark()),
                        "another document begins here; a configuration is one");
                return false;
            }
        }
        return true;
    }
}
