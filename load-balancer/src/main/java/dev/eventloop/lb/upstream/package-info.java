/**
 * The backends: who there are, who is up, and who gets the next connection. {@link
 * dev.eventloop.lb.upstream.Upstream} holds them and an immutable table of those that may be
 * picked; each algorithm is a {@code Picker} over that table; {@code HealthChecks} watch, and each
 * {@code Backend} counts. For the load balancer's own use: of this package only {@link
 * dev.eventloop.lb.upstream.BackendState} belongs to the public API.
 */
package dev.eventloop.lb.upstream;
