/**
 * The load balancer as a real process under trouble of this machine: stopped processes, a clock
 * that jumps, a full disk, refused memory, killed backends and name servers, too few file
 * descriptors. {@code ./dev chaos} runs these tests; {@code mvn verify} leaves out their tag.
 *
 * <p>A {@link dev.eventloop.lb.chaos.Trial} is the load balancer, its {@link
 * dev.eventloop.lb.chaos.BackendProcess}es, and {@link dev.eventloop.lb.chaos.Traffic} of {@link
 * dev.eventloop.lb.chaos.Conversation}s. Every byte of a conversation says whose it is and where it
 * belongs: {@link dev.eventloop.lb.chaos.NumberedStream}. When the trouble is over, {@link
 * dev.eventloop.lb.chaos.Recovery} checks that nothing of it has stayed, and {@link
 * dev.eventloop.lb.chaos.Audit} compares what each client has counted with the access log.
 */
package dev.eventloop.lb.chaos;
