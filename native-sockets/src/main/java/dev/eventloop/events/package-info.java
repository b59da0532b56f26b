/**
 * What happens besides sockets, told by the same loop on the same thread: {@link
 * dev.eventloop.events.SystemEvents} watches for signals, for the end of processes and for changes
 * in folders. Timers are the loop's own.
 *
 * <p>On Linux the kernel has an fd for each of them, which the loop watches as it does any other:
 * inotify for folders, a pidfd for a process. macOS and the BSDs have filters of kqueue; a second
 * kqueue, whose fd the loop watches, makes them the same, whatever backend the loop has. Signals
 * belong to the JVM everywhere. {@link dev.eventloop.events.SystemEvents#capabilities} tells how it
 * is done here, and why something is not.
 */
package dev.eventloop.events;
