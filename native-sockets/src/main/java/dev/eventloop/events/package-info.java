/**
 * Events other than readiness, delivered by the same loop on the same thread: {@link
 * dev.eventloop.events.SystemEvents} watches for signals, exits of processes and changes in
 * folders. Timers are part of the loop.
 *
 * <p>On Linux the loop watches an inotify fd for folders and a pidfd for each process. On macOS and
 * the BSDs it watches a second kqueue with the filters for them, whatever backend it has itself.
 * Signals go through the JVM on all systems. {@link dev.eventloop.events.SystemEvents#capabilities}
 * lists the mechanisms on this machine and the reason for each that is missing.
 */
package dev.eventloop.events;
