package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A setting: an option of the command line and a key of the file.
 *
 * @param group the heading in {@code --help}; null for none
 * @param key in the file; the option is the key after two dashes
 * @param shortOption {@code "-a"}; null for none
 * @param label of the value in {@code --help}; null for a flag
 * @param defaultText as it would be written; null if there is no default
 * @param conversion from text to the value
 * @param effect on the options of its scope
 * @param description a sentence for {@code --help}
 * @param isRepeatable whether it is a list: an option that may be repeated, and a list in the file
 */
public record Setting<T>(
        Group group,
        String key,
        String shortOption,
        String label,
        String defaultText,
        Conversion<T> conversion,
        Effect<T, ?> effect,
        String description,
        boolean isRepeatable) {

    /** The headings of {@code --help}, in their order. */
    public enum Group {
        LISTENING("Listening"),
        PICKING("Picking a backend"),
        TIMES("Times, such as 500ms, 60s, 5m or 1h"),
        LIMITS("Who may connect, and how often"),
        HEALTH("Health of backends"),
        DISCOVERY("Looking up dns: and srv: backends"),
        OPERATING("Operating it");

        private final String heading;

        Group(String heading) {
            this.heading = heading;
        }

        public String heading() {
            return heading;
        }
    }

    /** What it belongs to. */
    public Scope scope() {
        return effect.scope();
    }

    /**
     * Whether each entry of its scope may have a value of its own, for which the top level is the
     * default. False for the settings of the process, and for the port and the address of the
     * default frontend.
     */
    public boolean isInherited() {
        return scope() != Scope.PROCESS && effect.isOnOptions();
    }

    /** {@code "--idle-timeout"}. */
    public String option() {
        return "--" + key;
    }

    /** All names of the option, the short one first. */
    public List<String> options() {
        return shortOption == null ? List.of(option()) : List.of(shortOption, option());
    }

    /** Whether it is a positional argument on the command line instead of an option. */
    public boolean isArgument() {
        return defaultText == null;
    }

    /** Whether the option has no value. */
    public boolean isFlag() {
        return label == null;
    }

    /** The values of valid texts. */
    List<T> values(List<Text> texts) {
        List<T> values = new ArrayList<>();
        for (Text text : texts) {
            values.add(conversion.convert(text.value()));
        }
        return values;
    }

    /** Sets the values of valid texts; does nothing if the options are of another scope. */
    void apply(List<Text> texts, Object options) {
        values(texts).forEach(value -> effect.apply(options, value));
    }

    /** Adds the mistakes in the texts. */
    void check(List<Text> texts, Mistakes mistakes) {
        for (Text text : texts) {
            try {
                conversion.convert(text.value());
            } catch (IllegalArgumentException e) {
                mistakes.add(text.place(), text.place().nameOf(this) + " " + e.getMessage());
            }
        }
    }

    /**
     * Identity: each setting is a constant. The methods that records have are linked when they are
     * first called, which takes 10 ms of a start.
     */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /** The option. */
    @Override
    public String toString() {
        return option();
    }
}
