package dev.eventloop.lb.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds settings about PROXY headers that are allowed and likely wrong. */
final class ProxyHeaderChecks {
    /** What strangers evade by a header with another address. */
    private static final List<Setting<?>> BY_ADDRESS =
            List.of(
                    ConnectionSettings.ALLOW,
                    ConnectionSettings.DENY,
                    ConnectionSettings.MAX_CONNS_PER_SOURCE,
                    ConnectionSettings.MAX_RATE_PER_SOURCE);

    private ProxyHeaderChecks() {}

    static Set<String> warnings(List<WantedFrontend> frontends) {
        Set<String> warnings = new LinkedHashSet<>();
        for (WantedFrontend frontend : frontends) {
            List<Text> proxies = frontend.settings().get(ListeningSettings.PROXY_PROTOCOL_FROM);
            if (accepts(frontend) && proxies.isEmpty()) {
                BY_ADDRESS.stream()
                        .filter(setting -> isSet(frontend.settings(), setting))
                        .findFirst()
                        .ifPresent(setting -> warnings.add(evaded(frontend, setting)));
            } else if (!proxies.isEmpty() && frontends.stream().noneMatch(f -> uses(f, proxies))) {
                warnings.add(unused(proxies.get(0).place()));
            }
        }
        return warnings;
    }

    private static boolean accepts(WantedFrontend frontend) {
        return frontend.settings().value(ListeningSettings.ACCEPT_PROXY_PROTOCOL, false);
    }

    /** Whether these ranges, which several frontends may inherit, have an effect here. */
    private static boolean uses(WantedFrontend frontend, List<Text> proxies) {
        return accepts(frontend)
                && frontend.settings().get(ListeningSettings.PROXY_PROTOCOL_FROM).equals(proxies);
    }

    private static String unused(Place place) {
        return place.prefix(
                place.nameOf(ListeningSettings.PROXY_PROTOCOL_FROM)
                        + " has no effect without "
                        + place.nameOf(ListeningSettings.ACCEPT_PROXY_PROTOCOL)
                        + "; give both, or leave it out");
    }

    private static boolean isSet(SettingTexts settings, Setting<?> setting) {
        return settings.get(setting).stream()
                .anyMatch(text -> !text.value().equals(setting.defaultText()));
    }

    private static String evaded(WantedFrontend frontend, Setting<?> setting) {
        Place place = frontend.settings().get(setting).get(0).place();
        return place.prefix(
                "frontend "
                        + frontend.name()
                        + " believes the PROXY header of every client, which can evade "
                        + place.nameOf(setting)
                        + " by another address in it; give "
                        + place.nameOf(ListeningSettings.PROXY_PROTOCOL_FROM)
                        + " with the addresses of the proxies");
    }
}
