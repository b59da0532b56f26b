/**
 * What the {@code high_perf_lb} command is told, from its options and from a YAML file. {@link
 * dev.eventloop.lb.config.AllSettings} is the table of all settings, one truth for both; a {@link
 * dev.eventloop.lb.config.Draft} is what somebody wrote, with its places; a {@link
 * dev.eventloop.lb.config.Configuration} is what came of it once every mistake was looked for.
 * Nothing here is needed to embed a load balancer.
 */
package dev.eventloop.lb.config;
