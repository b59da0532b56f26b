/**
 * The backends, their health, and the algorithms that pick one for each connection. {@link
 * dev.eventloop.lb.pool.Pool} holds the backends and an immutable table of those that can be
 * picked. Each algorithm is a {@code Picker}: {@code RoundRobin}, {@code LeastConnections}, {@code
 * RandomTwo} and {@code SourceHash}. {@code HealthChecks} runs the health checks; each {@code
 * Backend} keeps its own counters. Internal to the load balancer.
 */
package dev.eventloop.lb.pool;
