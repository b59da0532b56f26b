/**
 * The configuration of the {@code high_perf_lb} command, from its options and from a YAML file.
 * {@link dev.eventloop.lb.config.AllSettings} is the table of all settings, each with its {@link
 * dev.eventloop.lb.config.Scope}, and {@code FileKey} has the keys of the file that are no
 * settings. A {@link dev.eventloop.lb.config.Draft} is what was written, with places; {@code
 * Checks} finds every mistake in it and makes a {@link dev.eventloop.lb.config.Configuration} of
 * it. Not needed to embed a load balancer.
 */
package dev.eventloop.lb.config;
