package dev.eventloop.lb.config;

import dev.eventloop.lb.access.Cidr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds ranges that are given twice, or both allowed and denied. */
final class RangeChecks {
    private final Mistakes mistakes;

    RangeChecks(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * @param settings those of a frontend; invalid ranges in it are mistakes already
     */
    void run(SettingTexts settings) {
        ranges(settings, ListeningSettings.PROXY_PROTOCOL_FROM);
        Map<Cidr, Text> allowed = ranges(settings, ConnectionSettings.ALLOW);
        ranges(settings, ConnectionSettings.DENY)
                .forEach(
                        (range, text) -> {
                            if (allowed.containsKey(range)) {
                                mistakes.add(
                                        text.place(),
                                        text.place().nameOf(ConnectionSettings.DENY)
                                                + " has "
                                                + range
                                                + ", which is allowed as well; leave it out in one"
                                                + " of the two");
                            }
                        });
    }

    private Map<Cidr, Text> ranges(SettingTexts settings, Setting<List<String>> setting) {
        Map<Cidr, Text> ranges = new HashMap<>();
        for (Text text : settings.get(setting)) {
            List<String> each = List.of();
            try {
                each = setting.conversion().convert(text.value());
            } catch (IllegalArgumentException e) {
                continue;
            }
            for (String range : each) {
                if (ranges.putIfAbsent(Cidr.parse(range), text) != null) {
                    mistakes.add(
                            text.place(),
                            text.place().nameOf(setting)
                                    + " has "
                                    + range
                                    + " twice; once will do");
                }
            }
        }
        return ranges;
    }
}
