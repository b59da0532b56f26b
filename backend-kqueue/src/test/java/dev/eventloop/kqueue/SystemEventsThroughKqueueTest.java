package dev.eventloop.kqueue;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.OperatingSystem;
import dev.eventloop.testkit.SystemEventsContract;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Events of signals, processes and folders through a loop over kqueue, from filters of a second
 * kqueue. On Linux this needs libkqueue, and tests the code for the BSDs only.
 */
@ExtendWith(WhatLibkqueueLacks.class)
@Tag("real")
final class SystemEventsThroughKqueueTest extends SystemEventsContract {
    @BeforeAll
    static void skipWithoutKqueue() {
        String why = BsdLibC.unavailableBecause();
        if (why != null) {
            System.out.println("System events through kqueue are skipped: " + why);
        }
        assumeTrue(why == null);
    }

    @Override
    protected EventLoop newLoop() {
        EventLoop real = EventLoop.create(EventLoopOptions.defaults().backend("kqueue"));
        return OperatingSystem.current() == OperatingSystem.LINUX ? polling(real) : real;
    }

    /**
     * libkqueue's kqueues cannot be watched, because their fd is never readable. This loop polls
     * each of them after each run instead.
     */
    private static EventLoop polling(EventLoop real) {
        Map<Integer, Callable> watched = new ConcurrentHashMap<>();
        return (EventLoop)
                Proxy.newProxyInstance(
                        EventLoop.class.getClassLoader(),
                        new Class<?>[] {EventLoop.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("add")) {
                                int fd = (Integer) arguments[0];
                                watched.put(
                                        fd,
                                        new Callable(
                                                (EventCallback<?>) arguments[2], arguments[3]));
                            } else if (method.getName().equals("del")) {
                                watched.remove(arguments[0]);
                            } else if (method.getName().equals("run")) {
                                for (Map.Entry<Integer, Callable> each : watched.entrySet()) {
                                    each.getValue().call(each.getKey());
                                }
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** A callback with its attachment. */
    private record Callable(EventCallback<?> callback, Object attachment) {
        @SuppressWarnings("unchecked")
        void call(int fd) throws IOException {
            ((EventCallback<Object>) callback).onEvent(fd, Events.READ, attachment);
        }
    }

    @Override
    protected LibC libc() {
        BsdLibC real = BsdLibC.system();
        return (BsdLibC)
                Proxy.newProxyInstance(
                        BsdLibC.class.getClassLoader(),
                        new Class<?>[] {BsdLibC.class},
                        (proxy, method, arguments) -> method.invoke(real, arguments));
    }
}
