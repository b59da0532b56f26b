package dev.eventloop.lb.config;

import java.util.List;

/**
 * A pool of the configuration.
 *
 * @param name where it is written is where the pool is
 * @param backends all, first those that the configuration itself has
 * @param written how many the configuration itself has; the others are in its backends-file
 * @param settings all of its scope
 */
record WantedPool(Text name, List<WantedBackend> backends, int written, SettingTexts settings) {
    /** Those that the configuration itself has. */
    List<WantedBackend> ownBackends() {
        return backends.subList(0, written);
    }
}
