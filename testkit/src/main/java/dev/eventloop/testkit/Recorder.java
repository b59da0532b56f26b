package dev.eventloop.testkit;

import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import java.util.ArrayList;
import java.util.List;

/** A callback that records its calls. */
final class Recorder implements EventCallback<Object> {
    /** One call of the callback. */
    record Call(int fd, int events, Object attachment) {
        @Override
        public String toString() {
            return "fd " + fd + " " + Events.toString(events) + " " + attachment;
        }
    }

    private final List<Call> calls = new ArrayList<>();

    @Override
    public void onEvent(int fd, int events, Object attachment) {
        calls.add(new Call(fd, events, attachment));
    }

    /** All calls so far, oldest first. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The fds of all calls, in order, with repetitions. */
    List<Integer> fds() {
        return calls.stream().map(Call::fd).toList();
    }

    int count() {
        return calls.size();
    }

    long count(int fd) {
        return calls.stream().filter(call -> call.fd() == fd).count();
    }

    /** The union of the bits of all calls for an fd. */
    int events(int fd) {
        int events = 0;
        for (Call call : calls) {
            events |= call.fd() == fd ? call.events() : 0;
        }
        return events;
    }

    /** The bits of the latest call. */
    int lastEvents() {
        return calls.get(calls.size() - 1).events();
    }

    void forget() {
        calls.clear();
    }
}
