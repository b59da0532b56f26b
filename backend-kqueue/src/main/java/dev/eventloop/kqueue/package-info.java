/**
 * The kqueue backend of macOS and the BSDs: {@link dev.eventloop.kqueue.KqueuePoller} waits, {@link
 * dev.eventloop.kqueue.KqueuePollerProvider} is found by the loop.
 */
package dev.eventloop.kqueue;
