package dev.eventloop.kqueue;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests of the contract that libkqueue fails and the kqueue of every BSD passes. {@code
 * LibkqueueLibC} makes up for its other deviations. The simulated kqueue runs all tests.
 */
final class WhatLibkqueueLacks implements ExecutionCondition {
    private static final String WAITS =
            "evfilt_proc_copyout asks waitid(2), and drops the event of a process that is no child,"
                    + " or that the JVM has waited for before";

    /** The reason in libkqueue 2.7.0-265-gf966089, by test. */
    private static final Map<String, String> EVIDENCE =
            Map.of(
                    "neitherDirectionStarvesHoweverFewEventsFit",
                    "linux_kevent_wait takes as many fds from epoll as there is room for events,"
                            + " though each may have two; linux_kevent_copyout (\"oos\") drops what"
                            + " does not fit, and the next wait begins with the same",
                    "exitCode",
                    WAITS,
                    "endedBySignal",
                    WAITS,
                    "strangers",
                    WAITS,
                    "many",
                    WAITS,
                    "exitsLeaveNoFileOpen",
                    WAITS,
                    "deletedFolder",
                    "NOTE_DELETE is made of IN_DELETE_SELF, which comes when the last fd is closed;"
                            + " the one that is watched is open");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String evidence =
                context.getTestMethod().map(method -> EVIDENCE.get(method.getName())).orElse(null);
        boolean isLibkqueue = System.getProperty("os.name").equals("Linux");
        if (evidence == null || !isLibkqueue) {
            return ConditionEvaluationResult.enabled(null);
        }
        System.out.println("Skipped over libkqueue: " + context.getDisplayName() + ": " + evidence);
        return ConditionEvaluationResult.disabled(evidence);
    }
}
