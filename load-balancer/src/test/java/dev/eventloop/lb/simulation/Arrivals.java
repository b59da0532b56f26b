package dev.eventloop.lb.simulation;

import dev.eventloop.net.NativeAddress;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Lets the clients of a run come, each to one of the frontends. */
final class Arrivals {
    private final Simulation simulation;
    private final Scenario scenario;
    private int yetToCome;

    Arrivals(Simulation simulation) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
    }

    void schedule(Dice dice) {
        List<Long> times = scenario.arrivals();
        yetToCome = times.size();
        for (int i = 0; i < times.size(); i++) {
            Script script = Script.ofClient(dice.split(), scenario.largest(), scenario.style());
            Dice own = dice.split();
            int number = i + 1;
            simulation.peers().after(times.get(i), () -> arrive(number, script, own));
        }
    }

    /** How many clients have not come yet. */
    int yetToCome() {
        return yetToCome;
    }

    private void arrive(int number, Script script, Dice own) {
        yetToCome--;
        arrive(number, script, own, any(own));
    }

    private FrontendPlan any(Dice own) {
        return scenario.frontends().get(own.below(scenario.frontends().size()));
    }

    /**
     * Clients after all others, one for each frontend that there is now; only one where there may
     * not be enough descriptors for several at a time.
     */
    List<Peer> lastClients() {
        List<Peer> clients = new ArrayList<>();
        for (FrontendPlan frontend : scenario.frontends()) {
            boolean isPresent = simulation.frontends.get(frontend.name()).presence.now();
            if (isPresent && (clients.isEmpty() || scenario.fileLimit() == 0)) {
                int number = simulation.clients.size() + 1;
                Dice own = new Dice(number);
                clients.add(arrive(number, Script.ofLastClient(), own, frontend));
            }
        }
        return clients;
    }

    private Peer arrive(int number, Script script, Dice own, FrontendPlan frontend) {
        Opening opening = Opening.draw(own, frontend, number);
        boolean v6 = frontend.host().contains(":");
        InetSocketAddress target = new InetSocketAddress(v6 ? "::1" : "127.0.0.1", frontend.port());
        int fd = connect(target, own);
        String name = "client " + number;
        Peer client = new Peer(simulation, name, number, fd, script, opening, null, own);
        client.frontend = simulation.frontends.get(frontend.name());
        client.address = simulation.sockets().localAddress(fd);
        client.target = target;
        simulation.note(
                "%s comes from %s to %s: %s, %s",
                name, client.address, frontend.name(), script, opening);
        simulation.isOpen(client);
        client.begin();
        simulation.servers.values().forEach(BackendServer::nudge);
        return client;
    }

    /** Connects from one of a few source addresses, unless the scenario is plain. */
    private int connect(InetSocketAddress target, Dice own) {
        try (NativeAddress address = NativeAddress.of(target)) {
            int fd = simulation.sockets().socket(address);
            boolean v4 = target.getAddress() instanceof Inet4Address;
            if (!scenario.plain() && v4) {
                InetSocketAddress from = new InetSocketAddress("127.0.0." + own.between(1, 4), 0);
                simulation.peers().bind(fd, from);
            }
            int result = simulation.sockets().connect(fd, address);
            if (result < 0) {
                throw new AssertionError("a client cannot connect: " + result);
            }
            return fd;
        }
    }
}
