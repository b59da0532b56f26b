package dev.eventloop;

import dev.eventloop.spi.Poller;
import dev.eventloop.spi.PollerProvider;

/** Backends that the class path of the tests offers. */
public final class TestProviders {
    private TestProviders() {}

    /** A third party's. */
    public static final class Memory implements PollerProvider {
        /** What it was last asked for. */
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

    /** Cannot be used here. */
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
            throw new AssertionError("nobody may open what is unavailable");
        }
    }

    /** Can be used, but the kernel has no room. */
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

    /** Found last, but preferred to those of third parties. */
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
