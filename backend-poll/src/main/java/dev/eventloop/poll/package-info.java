/**
 * The poll backend, for every POSIX system: {@link dev.eventloop.poll.PollPoller} waits, {@link
 * dev.eventloop.poll.PollPollerProvider} is found by the loop.
 */
package dev.eventloop.poll;
