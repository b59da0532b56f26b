package dev.eventloop.lb;

import dev.eventloop.net.Sockets;
import java.util.function.LongSupplier;

/**
 * What the workers of one load balancer have in common.
 *
 * @param clock nanoseconds of any origin
 * @param accessLog null for none
 */
record Shared(
        Settings settings,
        Sockets sockets,
        LongSupplier clock,
        Balancer balancer,
        ClientSlots slots,
        Counters counters,
        AccessLog accessLog) {}
