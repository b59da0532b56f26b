/**
 * A chat: length-prefixed packets, channels, names, history, and a terminal client. Its subject is
 * broadcasting: {@link dev.eventloop.examples.chat.SharedPacket} is encoded once and queued,
 * without a copy, in the {@link dev.eventloop.examples.chat.SendQueue} of each member. {@link
 * dev.eventloop.examples.chat.ReceiveBuffer} moves bytes only when it must. {@link
 * dev.eventloop.examples.chat.Session} enforces the limits that protect clients from each other.
 */
package dev.eventloop.examples.chat;
