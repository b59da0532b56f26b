package dev.eventloop.examples.chat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The channels by name. An empty channel keeps its history until a number of others have become
 * empty after it.
 */
final class Channels {
    static final int MOST_EMPTY = 64;

    private final Map<String, Channel> inUse = new HashMap<>();

    /** Empty channels, in the order in which they became empty. */
    private final Map<String, Channel> empty = new LinkedHashMap<>();

    /** The channel of that name, for a session that is about to join it. */
    Channel open(String name) {
        Channel left = empty.remove(name);
        if (left != null) {
            inUse.put(name, left);
        }
        return inUse.computeIfAbsent(name, Channel::new);
    }

    /** Called when a session has left the channel. */
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
