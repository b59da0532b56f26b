package dev.eventloop.lb.frontend;

import java.net.InetSocketAddress;

/**
 * One address of a frontend.
 *
 * @param address with its real port
 */
public record Bind(Frontend frontend, InetSocketAddress address) {}
