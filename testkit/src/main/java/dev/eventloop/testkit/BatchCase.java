package dev.eventloop.testkit;

import dev.eventloop.EventCallback;
import java.util.ArrayList;
import java.util.List;

/** Two fds that are ready in the same batch. */
abstract class BatchCase extends ContractCase {
    /** Two ready fds; the one that is called first changes the other. */
    final List<Integer> ready = new ArrayList<>();

    final List<Integer> peers = new ArrayList<>();

    int other(int fd) {
        return ready.get(0) == fd ? ready.get(1) : ready.get(0);
    }

    int peerOf(int fd) {
        return peers.get(ready.indexOf(fd));
    }

    void addTwoReady(int interest, EventCallback<Object> callback) throws Exception {
        for (int i = 0; i < 2; i++) {
            int[] pair = fds.pair();
            fds.send(pair[1], "x");
            ready.add(pair[0]);
            peers.add(pair[1]);
            loop.add(pair[0], interest, callback, null);
        }
    }
}
