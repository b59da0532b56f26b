package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.SimulatedKernelContract;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;

/** The contract over the simulated kqueue; a subclass chooses the struct kevent. */
abstract class SimulatedKqueueContract extends SimulatedKernelContract {
    private final KeventLayout layout;

    SimulatedKqueueContract(KeventLayout layout) {
        super(KernelOptions.defaults().keventSize(layout.size()));
        this.layout = layout;
    }

    @Override
    protected final Poller newPoller(SimulatedKernel kernel, int maxEvents) throws ErrnoException {
        return new KqueuePoller(kernel, layout, maxEvents);
    }
}
