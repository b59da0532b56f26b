/**
 * The poll backend, for every POSIX system: {@link dev.eventloop.poll.PollPoller} waits for events,
 * {@link dev.eventloop.poll.PollPollerProvider} makes it known to {@link java.util.ServiceLoader}.
 */
package dev.eventloop.poll;
