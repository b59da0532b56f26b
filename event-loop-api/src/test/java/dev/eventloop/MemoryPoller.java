package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A poller without a kernel: the test sets what is ready. */
final class MemoryPoller implements Poller {
    /** A ready entry, set by the test. */
    record Entry(long token, int events) {}

    final AtomicInteger wakeups = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    final List<String> calls = new ArrayList<>();
    final Map<Integer, Long> tokens = new TreeMap<>();
    private final String name;
    private final Semaphore signal = new Semaphore(0);
    private List<Entry> next = new ArrayList<>();
    private List<Entry> ready = List.of();

    /** The errno that the next call fails with, by name; null for none. */
    String failure;

    MemoryPoller(String name) {
        this.name = name;
    }

    /** Makes the next poll report the fd with its present token. */
    void makeReady(int fd, int events) {
        makeReady(tokens.get(fd), events);
    }

    void makeReady(long token, int events) {
        next.add(new Entry(token, events));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Capability> capabilities() {
        return Collections.unmodifiableSet(EnumSet.of(Capability.ONESHOT, Capability.EXCLUSIVE));
    }

    @Override
    public void add(int fd, int interest, long token) throws ErrnoException {
        call("add " + fd + " " + Events.toString(interest));
        tokens.put(fd, token);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        call("mod " + fd + " " + Events.toString(interest));
        tokens.put(fd, token);
    }

    @Override
    public void del(int fd) throws ErrnoException {
        call("del " + fd);
        tokens.remove(fd);
    }

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        ready = next;
        next = new ArrayList<>();
        if (ready.isEmpty()) {
            await(timeoutNanos);
        }
        return ready.size();
    }

    private void await(long timeoutNanos) {
        if (timeoutNanos < 0) {
            signal.acquireUninterruptibly();
            return;
        }
        long end = System.nanoTime() + timeoutNanos;
        while (!signal.tryAcquire() && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000);
        }
    }

    @Override
    public long token(int index) {
        return ready.get(index).token();
    }

    @Override
    public int events(int index) {
        return ready.get(index).events();
    }

    @Override
    public void reset() throws ErrnoException {
        call("reset");
        tokens.clear();
    }

    @Override
    public void wakeup() {
        wakeups.incrementAndGet();
        signal.release();
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }

    private void call(String call) throws ErrnoException {
        if (closes.get() > 0) {
            throw new AssertionError(call + " after close");
        }
        String errnoName = failure;
        if (errnoName != null) {
            failure = null;
            throw new ErrnoException("test", 1, errnoName, call + ": " + errnoName);
        }
        calls.add(call);
    }
}
