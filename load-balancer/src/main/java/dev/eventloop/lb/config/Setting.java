package dev.eventloop.lb.config;

import dev.eventloop.lb.LoadBalancerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One thing that can be set, by an option as in the file.
 *
 * @param group the heading under which {@code --help} has it; null for none
 * @param key in the file; the option is this behind two dashes
 * @param shortOption {@code "-a"}; null for none
 * @param label of the value in {@code --help}
 * @param defaultText as one would write it; null if it must be given
 * @param conversion from text
 * @param effect on the load balancer
 * @param description a sentence for {@code --help}
 * @param isRepeatable whether it is a list: of options, or in the file
 */
public record Setting<T>(
        Group group,
        String key,
        String shortOption,
        String label,
        String defaultText,
        Conversion<T> conversion,
        BiConsumer<LoadBalancerBuilder, T> effect,
        String description,
        boolean isRepeatable) {

    /** Headings, in their order. */
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

    /** {@code "--idle-timeout"}. */
    public String option() {
        return "--" + key;
    }

    /** All names of the option. */
    public List<String> options() {
        return shortOption == null ? List.of(option()) : List.of(shortOption, option());
    }

    /** Whether it is no option, but has its place on the command line. */
    public boolean isArgument() {
        return defaultText == null;
    }

    /** Whether the option alone says it. */
    public boolean isFlag() {
        return label == null;
    }

    /** The values of the texts, which are known to be right. */
    List<T> values(List<Text> texts) {
        List<T> values = new ArrayList<>();
        for (Text text : texts) {
            values.add(conversion.convert(text.value()));
        }
        return values;
    }

    void apply(List<Text> texts, LoadBalancerBuilder builder) {
        values(texts).forEach(value -> effect.accept(builder, value));
    }

    /** Finds what is wrong. */
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
     * There is one of each. What records have instead is put together by method handles when it is
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

    /** {@link #toString} of the components would say less. */
    @Override
    public String toString() {
        return option();
    }
}
