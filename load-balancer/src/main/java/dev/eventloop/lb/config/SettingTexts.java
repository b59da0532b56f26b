package dev.eventloop.lb.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The texts of settings: of the command line, of the top level of the file, or of one entry. */
final class SettingTexts {
    private final Map<Setting<?>, List<Text>> texts = new LinkedHashMap<>();

    void put(Setting<?> setting, List<Text> values) {
        texts.put(setting, List.copyOf(values));
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    boolean has(Setting<?> setting) {
        return texts.containsKey(setting);
    }

    /** Empty if nothing was written. */
    List<Text> get(Setting<?> setting) {
        return texts.getOrDefault(setting, List.of());
    }

    /** These texts, and those of {@code others} for settings without one here. */
    SettingTexts over(SettingTexts others) {
        SettingTexts both = new SettingTexts();
        both.texts.putAll(others.texts);
        both.texts.putAll(texts);
        return both;
    }

    /** The settings that entries of a scope have: these texts, else those of {@code defaults}. */
    SettingTexts over(SettingTexts defaults, Scope scope) {
        SettingTexts effective = new SettingTexts();
        for (Setting<?> setting : AllSettings.list(scope)) {
            if (setting.isInherited()) {
                effective.put(setting, (has(setting) ? this : defaults).get(setting));
            }
        }
        return effective;
    }

    /** Sets each on the options. */
    void applyTo(Object options) {
        texts.forEach((setting, values) -> setting.apply(values, options));
    }

    /** The value of a setting; {@code otherwise} if there is none, or if it is invalid. */
    <T> T value(Setting<T> setting, T otherwise) {
        try {
            List<T> values = setting.values(get(setting));
            return values.isEmpty() ? otherwise : values.get(0);
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }
}
