/**
 * Who may connect: ranges of addresses that are allowed or denied, and limits for each source. For
 * the load balancer's own use; it depends on nothing but the JDK.
 */
package dev.eventloop.lb.access;
