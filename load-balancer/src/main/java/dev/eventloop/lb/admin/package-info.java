/**
 * The admin port: a live page, metrics, and an API that changes backends while connections go on.
 *
 * <p>{@link dev.eventloop.lb.admin.AdminServer} listens, by the HTTP server of the JDK on a few
 * threads of its own ({@code RequestThreads}), which the traffic never waits for. A request is
 * {@code Admission}'s first, who knows whom to let in; then {@code Routes} finds the one method
 * that answers it, in a class per topic: {@code BackendsResource}, {@code ConnectionsResource},
 * {@code StatsResource}, {@code Metrics}, {@code Page}. Whoever cannot answer throws a {@code
 * Refusal}, which is a status and a sentence. Everything is read from the {@link
 * dev.eventloop.lb.LoadBalancer}, at the moment of the request; the only memory kept here are the
 * last closes and the durations of connections.
 */
package dev.eventloop.lb.admin;
