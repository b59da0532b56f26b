package dev.eventloop.epoll;

import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import java.lang.reflect.Proxy;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/** The real kernel; a test can observe or replace the results of one call. */
final class TappedKernel {
    private static final LinuxLibC REAL = (LinuxLibC) LibC.system();

    private TappedKernel() {}

    /** Replaces results of the call; null for the result of the kernel. */
    static LinuxLibC answering(String call, Supplier<Integer> answer) {
        return intercepting(call, answer, result -> result);
    }

    /** Observes the real results of the call. */
    static LinuxLibC observing(String call, IntUnaryOperator look) {
        return intercepting(call, () -> null, look);
    }

    private static LinuxLibC intercepting(
            String call, Supplier<Integer> answer, IntUnaryOperator look) {
        return (LinuxLibC)
                Proxy.newProxyInstance(
                        LinuxLibC.class.getClassLoader(),
                        new Class<?>[] {LinuxLibC.class},
                        (proxy, method, arguments) -> {
                            if (!method.getName().equals(call)) {
                                return method.invoke(REAL, arguments);
                            }
                            Integer answered = answer.get();
                            return look.applyAsInt(
                                    answered != null
                                            ? answered
                                            : (int) method.invoke(REAL, arguments));
                        });
    }
}
