package dev.eventloop.examples.chat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The channels by name. One that everybody has left keeps its history for a while: until so many
 * others have been left after it.
 */
final class Channels {
    static final int MOST_EMPTY = 64;

    private final Map<String, Channel> inUse = new HashMap<>();

    /** In the order in which they were left. */
    private final Map<String, Channel> empty = new LinkedHashMap<>();

    /** The channel of that name, which somebody is about to join. */
    Channel open(String name) {
        Channel left = empty.remove(name);
        if (left != null) {
            inUse.put(name, left);
        }
        return inUse.computeIfAbsent(name, Channel::new);
    }

    /** Somebody has left it. */
    void left(Channel channel) {
        if (channel.isEmpty()) {
            inUse.remove(channel.name());
            empty.put(channel.name(), channel);
            if (empty.size() > MOST_EMPTY) {
                Channel oldest = empty.values().iterator().next();
                empty.remove(oldest.name());
                oldest.forgetAll();
            }
        }
    }

    int size() {
        return inUse.size() + empty.size();
    }

    void close() {
        inUse.values().forEach(Channel::forgetAll);
        empty.values().forEach(Channel::forgetAll);
    }
}
