/**
 * Runs a command when files in a folder change. What it waits for are no sockets: changes of files,
 * the end of a process, signals, and the time, all told by one loop on one thread.
 */
package dev.eventloop.examples.filewatch;
