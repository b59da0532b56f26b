/**
 * Sockets on int file descriptors, and what bytes and addresses are kept in outside the Java heap:
 * {@link dev.eventloop.net.Sockets} over a {@link dev.eventloop.libc.LibC}, {@link
 * dev.eventloop.net.NativeBuffer} with its {@link dev.eventloop.net.BufferPool}, {@link
 * dev.eventloop.net.NativeAddress}. {@link dev.eventloop.net.OpenFile} is a file to be sent. {@link
 * dev.eventloop.net.EnxioChannels} lets channels of jnr-enxio take part.
 */
package dev.eventloop.net;
