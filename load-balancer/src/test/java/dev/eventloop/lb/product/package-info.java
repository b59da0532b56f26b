/**
 * Runs this load balancer, HAProxy and nginx with the configuration of the same {@link
 * dev.eventloop.lb.product.Scene}, so that the established products confirm what a test expects.
 */
package dev.eventloop.lb.product;
