/**
 * Runs a command when files in a folder change. It uses no sockets: file changes, process exits,
 * signals and timers all arrive through one loop on one thread.
 */
package dev.eventloop.examples.filewatch;
