package dev.eventloop.lb.command;

import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.Draft;
import dev.eventloop.lb.config.Setting;
import dev.eventloop.lb.config.Setting.Group;
import dev.eventloop.lb.config.Text;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Makes a command line option for each setting of {@link AllSettings}, the table that the YAML file
 * uses, too.
 */
final class SettingOptions {
    private SettingOptions() {}

    /** Adds the options, grouped under headings. */
    static void addTo(CommandSpec command) {
        Map<Group, ArgGroupSpec.Builder> groups = new EnumMap<>(Group.class);
        for (Setting<?> setting : AllSettings.list()) {
            if (setting.isArgument()) {
                continue;
            }
            if (setting.group() == null) {
                command.addOption(option(setting));
            } else {
                groups.computeIfAbsent(setting.group(), SettingOptions::group)
                        .addArg(option(setting));
            }
        }
        groups.values().forEach(group -> command.addArgGroup(group.build()));
    }

    private static ArgGroupSpec.Builder group(Group group) {
        return ArgGroupSpec.builder()
                .heading("%n" + group.heading() + ":%n")
                .exclusive(false)
                .validate(false);
    }

    private static OptionSpec option(Setting<?> setting) {
        OptionSpec.Builder option =
                OptionSpec.builder(setting.options().toArray(String[]::new))
                        .description(description(setting).replace("%", "%%")); // picocli formats it
        if (setting.isFlag()) {
            return option.type(boolean.class).arity("0").build();
        }
        option.paramLabel(setting.label()).arity("1");
        if (setting.isRepeatable()) {
            return option.type(List.class).auxiliaryTypes(String.class).build();
        }
        return option.type(String.class).build();
    }

    private static String description(Setting<?> setting) {
        return setting.isFlag() || setting.isRepeatable()
                ? setting.description()
                : setting.description() + " Default: " + setting.defaultText() + ".";
    }

    /** Copies the options that were given. */
    static void read(ParseResult given, Draft into) {
        for (Setting<?> setting : AllSettings.list()) {
            OptionSpec option = setting.isArgument() ? null : given.matchedOption(setting.option());
            if (option == null) {
                continue;
            }
            List<String> values =
                    setting.isFlag()
                            ? List.of(String.valueOf(option.<Object>getValue()))
                            : option.stringValues();
            into.put(setting, values.stream().map(Text::ofCommandLine).toList());
        }
    }
}
