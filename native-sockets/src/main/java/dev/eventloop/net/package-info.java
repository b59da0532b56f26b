/**
 * Stream and datagram sockets as int file descriptors: {@link dev.eventloop.net.Sockets}, on top of
 * {@link dev.eventloop.libc.LibC}. {@link dev.eventloop.net.NativeBuffer}, pooled by {@link
 * dev.eventloop.net.BufferPool}, and {@link dev.eventloop.net.NativeAddress} keep bytes and
 * addresses outside the Java heap. {@link dev.eventloop.net.OpenFile} is a file to send, {@link
 * dev.eventloop.net.SplicePipe} moves bytes between sockets without a copy. {@link
 * dev.eventloop.net.EnxioChannels} registers channels of jnr-enxio with a loop.
 */
package dev.eventloop.net;
