/**
 * The admin port: a dashboard, metrics, and an API that changes backends at run time.
 *
 * <p>{@link dev.eventloop.lb.admin.AdminServer} runs the server of {@link
 * dev.eventloop.lb.admin.http} on its own threads, on a port or on a {@code UnixListener}; the data
 * path never waits for them. {@code RequestHandler} passes each request to {@code Admission}, which
 * checks host, token and origin ({@code WrongTokens} slows down who guesses, and {@code Alarm} logs
 * refused changes), then {@code Routes} finds its resource: {@code BackendsResource}, {@code
 * ConnectionsResource}, {@code StatsResource}, {@code Metrics}, {@code Page} or {@code Probes}.
 * {@code Lookup} finds the frontends, pools and backends that a request names. A resource refuses a
 * request by throwing {@code Refusal}, which is a status and a sentence. Every response is built
 * from the {@link dev.eventloop.lb.LoadBalancer} at the moment of the request; only the last closes
 * and the histogram of durations are kept here ({@code Recorder}).
 */
package dev.eventloop.lb.admin;
