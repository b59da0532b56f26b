/**
 * The select backend, for every POSIX system: {@link dev.eventloop.select.SelectPoller} waits,
 * {@link dev.eventloop.select.SelectPollerProvider} is found by the loop.
 */
package dev.eventloop.select;
