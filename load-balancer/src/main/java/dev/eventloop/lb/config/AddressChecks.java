package dev.eventloop.lb.config;

import dev.eventloop.lb.config.WantedBackend.Given;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Finds addresses that clash: of two frontends, of the admin port, of a backend. */
final class AddressChecks {
    private final List<WantedFrontend> frontends;
    private final Mistakes mistakes;

    AddressChecks(List<WantedFrontend> frontends, Mistakes mistakes) {
        this.frontends = frontends;
        this.mistakes = mistakes;
    }

    private record Bound(WantedFrontend frontend, ListenAddress address) {
        boolean isV6Only() {
            return address.isV6Only(frontend.addresses());
        }

        boolean includes(Bound other) {
            return address.includes(other.address, isV6Only());
        }
    }

    private List<Bound> bound() {
        List<Bound> all = new ArrayList<>();
        for (WantedFrontend frontend : frontends) {
            frontend.addresses().forEach(address -> all.add(new Bound(frontend, address)));
        }
        return all;
    }

    /** That no two addresses to listen on are the same, or include each other. */
    void checkFrontends() {
        List<Bound> all = bound();
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                String clash = clash(all.get(j), all.get(i));
                if (clash != null) {
                    mistakes.add(all.get(i).address().place(), clash);
                    break;
                }
            }
        }
    }

    /** A sentence about the second of two addresses; null if both can be listened on. */
    private static String clash(Bound first, Bound second) {
        if (second.address().port() == 0 || second.address().port() != first.address().port()) {
            return null; // before what takes longer: a range has many
        }
        boolean same = second.address().isSameAs(first.address());
        if (!same && !first.includes(second) && !second.includes(first)) {
            return null;
        }
        boolean own = first.frontend().name().equals(second.frontend().name());
        String relation =
                same
                        ? own ? " twice" : ", as does frontend " + first.frontend().name()
                        : (first.includes(second) ? ", which is part of " : ", which includes ")
                                + first.address()
                                + (own ? "" : " of frontend " + first.frontend().name());
        String advice =
                own
                        ? "; leave out one of the two"
                        : "; give each an address of its own, or make them one frontend with routes";
        return "frontend "
                + second.frontend().name()
                + " listens on "
                + second.address()
                + relation
                + advice;
    }

    /**
     * That no frontend listens on the address of the admin port.
     *
     * @param name what the setting is called where it is written
     */
    void checkAdmin(InetSocketAddress admin, Place place, String name) {
        if (admin.getPort() == 0) {
            return;
        }
        Bound wanted =
                new Bound(
                        new WantedFrontend("admin", List.of(), List.of(), null, new SettingTexts()),
                        new ListenAddress(admin.getHostString(), admin.getPort(), place));
        for (Bound bound : bound()) {
            if (bound.address().isSameAs(wanted.address())
                    || bound.includes(wanted)
                    || wanted.includes(bound)) {
                mistakes.add(
                        place,
                        name
                                + " has the port that clients connect to, since frontend "
                                + bound.frontend().name()
                                + " listens on "
                                + bound.address()
                                + "; give it another one");
                return;
            }
        }
    }

    /** That a backend is no address of the load balancer, which would connect to itself. */
    void checkBackend(WantedBackend backend, Place place) {
        if (!(backend instanceof Given given
                && given.options().address() instanceof InetSocketAddress target)) {
            return;
        }
        for (Bound bound : bound()) {
            if (bound.address()
                    .isReachedAt(target.getHostString(), target.getPort(), bound.isV6Only())) {
                mistakes.add(
                        place,
                        "backend "
                                + backend.name()
                                + " is the load balancer itself, whose frontend "
                                + bound.frontend().name()
                                + " listens on "
                                + bound.address()
                                + "; give the address of a server");
                return;
            }
        }
    }
}
