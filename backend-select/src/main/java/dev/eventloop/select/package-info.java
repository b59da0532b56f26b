/**
 * The select backend, for every POSIX system: {@link dev.eventloop.select.SelectPoller} waits for
 * events, {@link dev.eventloop.select.SelectPollerProvider} makes it known to {@link
 * java.util.ServiceLoader}.
 */
package dev.eventloop.select;
