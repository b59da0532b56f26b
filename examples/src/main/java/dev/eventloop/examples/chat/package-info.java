/**
 * A chat: packets with a length before them, channels, names, history, and a terminal client. What
 * it shows is broadcasting: {@link dev.eventloop.examples.chat.SharedPacket} is encoded once and
 * waits in as many {@link dev.eventloop.examples.chat.SendQueue}s as there are members, without a
 * copy. {@link dev.eventloop.examples.chat.ReceiveBuffer} moves bytes only when it must. {@link
 * dev.eventloop.examples.chat.Session} keeps the limits that protect the others from one client.
 */
package dev.eventloop.examples.chat;
