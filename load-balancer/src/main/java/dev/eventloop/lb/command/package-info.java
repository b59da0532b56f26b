/**
 * The {@code high_perf_lb} command: {@link dev.eventloop.lb.command.HighPerfLb} is its command
 * line, with an option for each setting of {@link dev.eventloop.lb.config.AllSettings}; {@code
 * Running} is a load balancer from its start to the signal that ends it, {@code Reload} what SIGHUP
 * does, {@code DryRun} what would be done, {@code Demo} the small servers of {@code --demo}.
 * Nothing here is needed to embed a load balancer.
 */
package dev.eventloop.lb.command;
