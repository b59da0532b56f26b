package dev.eventloop.kqueue;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import dev.eventloop.testkit.Machine;

/** The contract on a simulated kqueue with the struct kevent of macOS. */
class KqueueOnTheSimulatedKernelKeepsTheContractTest extends EventLoopContract {
    KeventLayout layout() {
        return KeventLayout.MACOS;
    }

    @Override
    protected final Machine machine() {
        return SimulatedKqueueProvider.start(layout());
    }

    @Override
    protected final EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend(SimulatedKqueueProvider.NAME));
    }
}
