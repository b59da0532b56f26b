package dev.eventloop.lb.simulation;

import dev.eventloop.lb.Names;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** Finds clients by the address of their socket, and by the one in their PROXY header. */
final class ClientAddresses {
    private final Map<InetSocketAddress, Peer> byAddress = new HashMap<>();
    private final Map<String, Peer> byText = new HashMap<>();

    void add(Peer client) {
        add(client.address, client);
        InetSocketAddress announced = client.outgoing.opening().source;
        if (announced != null) {
            add(announced, client);
        }
    }

    private void add(InetSocketAddress address, Peer client) {
        byText.put(Names.of(address), client);
        byAddress.put(address, client);
    }

    /** The client of this address, as the access log has it. */
    Peer client(String address) {
        return known(byText.get(address), address);
    }

    Peer client(InetSocketAddress address) {
        return known(byAddress.get(address), address);
    }

    private static Peer known(Peer client, Object address) {
        if (client == null) {
            throw new Violation("%s is connected, but unknown", address);
        }
        return client;
    }
}
