package dev.eventloop;

import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** Backends on the class path of the tests. */
public final class TestProviders {
    private TestProviders() {}

    /** A third-party backend. */
    public static final class Memory implements PollerProvider {
        /** The maxEvents that it was last opened with. */
        static int maxEvents;

        @Override
        public String name() {
            return "memory";
        }

        @Override
        public String unavailableBecause() {
            return null;
        }

        @Override
        public Poller open(int maxEvents) {
            Memory.maxEvents = maxEvents;
            return new MemoryPoller("memory");
        }
    }

    /** A backend that this machine cannot use. */
    public static final class Absent implements PollerProvider {
        @Override
        public String name() {
            return "absent";
        }

        @Override
        public String unavailableBecause() {
            return "it is only a test";
        }

        @Override
        public Poller open(int maxEvents) {
            throw new AssertionError("an unavailable backend must not be opened");
        }
    }

    /** A usable backend whose open fails with EMFILE. */
    public static final class Full implements PollerProvider {
        @Override
        public String name() {
            return "full";
        }

        @Override
        public String unavailableBecause() {
            return null;
        }

        @Override
        public Poller open(int maxEvents) throws ErrnoException {
            throw new ErrnoException("open", 24, "EMFILE", "too many open files (EMFILE)");
        }
    }

    /** Found last, but preferred to third-party backends. */
    public static final class Select implements PollerProvider {
        @Override
        public String name() {
            return "select";
        }

        @Override
        public String unavailableBecause() {
            return null;
        }

        @Override
        public Poller open(int maxEvents) {
            return new MemoryPoller("select");
        }
    }
}
