package dev.eventloop.lb.config;

import java.util.List;

/**
 * A pool of the configuration.
 *
 * @param name where it is written is where the pool is
 * @param settings all of its scope
 */
record WantedPool(Text name, List<WantedBackend> backends, SettingTexts settings) {}
