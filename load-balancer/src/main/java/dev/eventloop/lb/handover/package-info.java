/**
 * The hand-over from one process to the next. The old one listens on a unix-domain socket ({@link
 * dev.eventloop.lb.handover.HandoverServer}); the new one connects ({@link
 * dev.eventloop.lb.handover.Predecessor}), gets the listening sockets and what an operator has
 * changed, accepts, and says that it is ready; then the old one drains. Until then the old one goes
 * on as if nothing had happened. A message is a JSON object after its length in four bytes; fds
 * come with the length.
 */
package dev.eventloop.lb.handover;
