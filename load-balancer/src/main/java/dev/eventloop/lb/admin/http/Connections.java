package dev.eventloop.lb.admin.http;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The open connections of a server, oldest first. */
final class Connections {
    private final Set<HttpConnection> all = new LinkedHashSet<>();

    void add(HttpConnection connection) {
        all.add(connection);
    }

    void remove(HttpConnection connection) {
        all.remove(connection);
    }

    int size() {
        return all.size();
    }

    /**
     * The connection to close for a new one: the oldest of the source that has most of those that
     * wait for their client. So a flood from one address closes its own connections. Null if all
     * wait for the server.
     */
    HttpConnection expendable() {
        Map<Long, Integer> counts = new HashMap<>();
        long network = 0;
        int most = 0;
        for (HttpConnection each : all) {
            if (each.waitsForClient()) {
                int count = counts.merge(each.source().network(), 1, Integer::sum);
                if (count > most) {
                    most = count;
                    network = each.source().network();
                }
            }
        }
        for (HttpConnection each : all) {
            if (each.waitsForClient() && each.source().network() == network) {
                return each;
            }
        }
        return null;
    }

    void closeAll() {
        for (Iterator<HttpConnection> i = all.iterator(); i.hasNext(); i = all.iterator()) {
            i.next().close();
        }
    }
}
