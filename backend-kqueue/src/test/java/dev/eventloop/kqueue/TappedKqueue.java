package dev.eventloop.kqueue;

import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A simulated kernel; a test can observe and replace calls of kevent. */
final class TappedKqueue {
    /** Replaces a kevent call. */
    interface Tap {
        /**
         * Handles the call.
         *
         * @param changes the changes; after the call their receipts
         * @param kernel passes the call on
         */
        int kevent(ByteBuffer changes, int count, BsdLibC kernel, Object[] arguments);
    }

    private static final long MOST_SECONDS = 100_000_000;
    private static final KeventLayout LAYOUT = KeventLayout.FREEBSD;

    final SimulatedKernel kernel =
            new SimulatedKernel(KernelOptions.defaults().keventSize(LAYOUT.size()));

    /** A line for each kevent call that changes something: "delete WRITE, add READ". */
    final List<String> calls = new ArrayList<>();

    /** Handles the calls that change something; null for the kernel. */
    Tap tap;

    final BsdLibC libc =
            (BsdLibC)
                    Proxy.newProxyInstance(
                            BsdLibC.class.getClassLoader(),
                            new Class<?>[] {BsdLibC.class},
                            (proxy, method, arguments) -> {
                                if (!method.getName().equals("kevent")) {
                                    return method.invoke(kernel, arguments);
                                }
                                return (int) arguments[2] > 0 ? change(arguments) : wait(arguments);
                            });

    KqueuePoller newPoller(int maxEvents) throws Exception {
        KqueuePoller poller = new KqueuePoller(libc, LAYOUT, maxEvents);
        calls.clear();
        return poller;
    }

    private int change(Object[] arguments) {
        int count = (int) arguments[2];
        ByteBuffer changes = NativeMemory.view((long) arguments[1], count * LAYOUT.size());
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int flags = LAYOUT.flags(changes, i * LAYOUT.size());
            int filter = LAYOUT.filter(changes, i * LAYOUT.size());
            String what = (flags & 1) != 0 ? "add " : (flags & 2) != 0 ? "delete " : "trigger ";
            words.add(what + (filter == -1 ? "READ" : filter == -2 ? "WRITE" : "USER"));
        }
        calls.add(String.join(", ", words));
        return tap == null
                ? call(kernel, arguments)
                : tap.kevent(changes, count, kernel, arguments);
    }

    /** Fails waits of years with EINVAL, as macOS does. */
    private int wait(Object[] arguments) {
        long timespec = (long) arguments[5];
        boolean tooLong =
                timespec != 0 && NativeMemory.view(timespec, Long.BYTES).getLong(0) > MOST_SECONDS;
        return tooLong ? -Errno.EINVAL : call(kernel, arguments);
    }

    static int call(BsdLibC kernel, Object[] arguments) {
        return kernel.kevent(
                (int) arguments[0],
                (long) arguments[1],
                (int) arguments[2],
                (long) arguments[3],
                (int) arguments[4],
                (long) arguments[5]);
    }

    /** Writes an errno into a receipt. */
    static void fail(ByteBuffer receipts, int index, int errno) {
        receipts.putLong(index * LAYOUT.size() + LAYOUT.data(), errno);
    }
}
