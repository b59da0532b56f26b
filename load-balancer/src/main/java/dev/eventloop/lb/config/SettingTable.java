package dev.eventloop.lb.config;

import dev.eventloop.lb.config.Setting.Group;
import java.util.ArrayList;
import java.util.List;

/** Rows of the settings table of one subject, in the order in which they are added. */
final class SettingTable {
    static final String OFF = "off";
    static final String AUTO = "auto";

    private final List<Setting<?>> rows = new ArrayList<>();

    /**
     * Adds a setting with one value.
     *
     * @param names the key, or the letter of the short option, a space and the key
     */
    <T> Setting<T> setting(
            Group group,
            String names,
            String label,
            String defaultText,
            Conversion<T> conversion,
            Effect<T, ?> effect,
            String description) {
        int space = names.indexOf(' ');
        return add(
                new Setting<>(
                        group,
                        names.substring(space + 1),
                        space < 0 ? null : "-" + names.substring(0, space),
                        label,
                        defaultText,
                        conversion,
                        effect,
                        description,
                        false));
    }

    /** Adds a setting that is true or false, an option without a value. */
    Setting<Boolean> flag(Group group, String key, Effect<Boolean, ?> effect, String description) {
        return add(
                new Setting<>(
                        group,
                        key,
                        null,
                        null,
                        "false",
                        Conversion.FLAG,
                        effect,
                        description,
                        false));
    }

    /** Adds a setting that is a list. */
    <T> Setting<T> list(
            Group group,
            String key,
            String label,
            Conversion<T> conversion,
            Effect<T, ?> effect,
            String description) {
        return add(
                new Setting<>(group, key, null, label, "", conversion, effect, description, true));
    }

    private <T> Setting<T> add(Setting<T> setting) {
        rows.add(setting);
        return setting;
    }

    List<Setting<?>> rows() {
        return List.copyOf(rows);
    }
}
