/**
 * One client, from accept to close: a {@link dev.eventloop.lb.relay.Connection} goes through its
 * {@code Preface} (client address, pool), its {@code Dial} (which backend) and its {@link
 * dev.eventloop.lb.relay.Relay}, which moves the bytes. The relay over readiness is in {@link
 * dev.eventloop.lb.relay.readiness}.
 */
package dev.eventloop.lb.relay;
