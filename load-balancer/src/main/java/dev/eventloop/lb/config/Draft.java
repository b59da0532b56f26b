package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What somebody wrote, before anything is known of its worth. */
public final class Draft {
    private final Map<Setting<?>, List<Text>> texts = new LinkedHashMap<>();
    private final List<BackendText> backends = new ArrayList<>();
    private boolean expectsBackends;

    /**
     * A backend: all in one text, or with the rest apart.
     *
     * @param weight null if not apart; so are the others
     */
    record BackendText(Text address, Text weight, Text backup, Text maxConnections) {}

    /** Several texts, where the setting is a list. */
    public void put(Setting<?> setting, List<Text> values) {
        texts.put(setting, List.copyOf(values));
    }

    /** {@code HOST:PORT} and so on. */
    public void addBackend(Text text) {
        add(new BackendText(text, null, null, null));
    }

    void add(BackendText backend) {
        expectsBackends = true;
        backends.add(backend);
    }

    boolean isEmpty() {
        return texts.isEmpty() && backends.isEmpty();
    }

    boolean has(Setting<?> setting) {
        return texts.containsKey(setting);
    }

    /** The text of a setting; the other one if nothing was written. */
    public String text(Setting<?> setting, String otherwise) {
        return has(setting) ? texts(setting).get(0).value() : otherwise;
    }

    /** Empty if nothing was written. */
    List<Text> texts(Setting<?> setting) {
        return texts.getOrDefault(setting, List.of());
    }

    /** Somebody tried to give some, and was told what is wrong with them. */
    void expectBackends() {
        expectsBackends = true;
    }

    boolean expectsBackends() {
        return expectsBackends;
    }

    List<BackendText> backends() {
        return backends;
    }

    /** What is written here comes before what is written there. */
    Draft over(Draft other) {
        Draft both = new Draft();
        both.texts.putAll(other.texts);
        both.texts.putAll(texts);
        both.backends.addAll(other.backends);
        both.backends.addAll(backends);
        both.expectsBackends = other.expectsBackends || expectsBackends;
        return both;
    }
}
