/**
 * The {@code high_perf_lb} command: {@link dev.eventloop.lb.command.HighPerfLb} parses the command
 * line, with an option for each setting of {@link dev.eventloop.lb.config.AllSettings}; {@code
 * Running} runs the load balancer until SIGTERM or SIGINT, {@code Reload} handles SIGHUP, {@code
 * DryRun} prints what {@code --dry-run} shows, and {@code Demo} is the set of small servers for
 * {@code --demo}. {@code Rehearsal} is for the launcher. Nothing here is needed to embed a load
 * balancer.
 */
package dev.eventloop.lb.command;
