package dev.eventloop.kqueue;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.testkit.EventLoopContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the contract over this machine's kqueue. Linux needs libkqueue: {@code mvn verify
 * -Deventloop.kqueue.library=/path/of/libkqueue.so}.
 */
@ExtendWith(WhatLibkqueueLacks.class)
@Tag("real")
final class KqueueKeepsTheContractTest extends EventLoopContract {
    @BeforeAll
    static void skipWithoutKqueue() {
        String why = BsdLibC.unavailableBecause();
        if (why != null) {
            System.out.println("The contract over this machine's kqueue is skipped: " + why);
        }
        assumeTrue(why == null);
    }

    @Override
    protected EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend("kqueue"));
    }
}
