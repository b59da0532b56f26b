/**
 * The kqueue backend of macOS and the BSDs: {@link dev.eventloop.kqueue.KqueuePoller} waits for
 * events, {@link dev.eventloop.kqueue.KqueuePollerProvider} makes it known to {@link
 * java.util.ServiceLoader}.
 */
package dev.eventloop.kqueue;
