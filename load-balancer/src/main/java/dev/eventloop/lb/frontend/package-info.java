/**
 * What accepts clients: a {@link dev.eventloop.lb.frontend.Frontend} with its addresses, its limits
 * ({@code ClientSlots}, {@code Admission}), its counters and its routes to pools.
 */
package dev.eventloop.lb.frontend;
