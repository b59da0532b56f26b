/**
 * This load balancer, HAProxy and nginx, each doing what the same {@link
 * dev.eventloop.lb.product.Scene} says: so that what a test expects is not our own invention.
 */
package dev.eventloop.lb.product;
