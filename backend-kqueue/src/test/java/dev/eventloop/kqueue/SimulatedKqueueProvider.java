package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;

/** kqueue over a simulated kernel, one at a time. */
public final class SimulatedKqueueProvider implements PollerProvider {
    static final String NAME = "simulated kqueue";

    private static volatile SimulatedKernel kernel;
    private static volatile KeventLayout layout;

    /** A new kernel, which the pollers that are opened from now on wait on. */
    static SimulatedKernel start(KeventLayout layout) {
        SimulatedKqueueProvider.layout = layout;
        kernel =
                new SimulatedKernel(KernelOptions.defaults().wallClock().keventSize(layout.size()));
        return kernel;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String unavailableBecause() {
        return kernel == null ? "no kernel was started" : null;
    }

    @Override
    public Poller open(int maxEvents) throws ErrnoException {
        return new KqueuePoller(kernel, layout, maxEvents);
    }
}
