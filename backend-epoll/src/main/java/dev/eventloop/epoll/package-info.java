/**
 * The epoll backend of Linux: {@link dev.eventloop.epoll.EpollPoller} waits, {@link
 * dev.eventloop.epoll.EpollPollerProvider} is found by the loop.
 */
package dev.eventloop.epoll;
