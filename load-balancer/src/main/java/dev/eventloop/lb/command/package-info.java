/**
 * The {@code high_perf_lb} command: {@link dev.eventloop.lb.command.HighPerfLb} has the options,
 * {@code BackendArgument} reads a backend, {@code Running} is a load balancer from its start to the
 * signal that ends it, {@code Demo} the small servers of {@code --demo}. Nothing here is needed to
 * embed a load balancer.
 */
package dev.eventloop.lb.command;
