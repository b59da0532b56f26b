package dev.eventloop.kqueue;

import dev.eventloop.libc.KeventLayout;
import org.junit.jupiter.api.Tag;

/** Runs the contract over the simulated kqueue with the struct kevent of FreeBSD 12 and later. */
@Tag("simulation")
final class KqueueOfFreeBsdOnTheSimulatedKernelKeepsTheContractTest
        extends SimulatedKqueueContract {
    KqueueOfFreeBsdOnTheSimulatedKernelKeepsTheContractTest() {
        super(KeventLayout.FREEBSD);
    }
}
