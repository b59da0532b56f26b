/**
 * The epoll backend of Linux: {@link dev.eventloop.epoll.EpollPoller} waits for events, {@link
 * dev.eventloop.epoll.EpollPollerProvider} makes it known to {@link java.util.ServiceLoader}.
 */
package dev.eventloop.epoll;
