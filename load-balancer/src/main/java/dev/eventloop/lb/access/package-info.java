/**
 * Access control: which source addresses may connect, and how many connections each may have.
 * {@link dev.eventloop.lb.access.AccessRules} holds the allowed and denied {@link
 * dev.eventloop.lb.access.Cidr} ranges, {@link dev.eventloop.lb.access.SourceLimits} the limits for
 * each source. The package is internal to the load balancer and depends on the JDK only.
 */
package dev.eventloop.lb.access;
