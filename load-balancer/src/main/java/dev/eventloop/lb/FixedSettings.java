package dev.eventloop.lb;

import dev.eventloop.lb.Plan.PlannedFrontend;
import dev.eventloop.lb.frontend.FrontendSettings;
import dev.eventloop.lb.runtime.ProcessSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The settings that only a restart can change. */
final class FixedSettings {
    private FixedSettings() {}

    /** One sentence for each of them that differs in the next plan. */
    static List<String> differences(Plan now, Plan next) {
        List<String> differences = new ArrayList<>();
        for (PlannedFrontend planned : next.frontends()) {
            for (PlannedFrontend running : now.frontends()) {
                if (running.name().equals(planned.name())) {
                    frontend(running, planned, differences);
                }
            }
        }
        process(now.process(), next.process(), differences);
        return differences;
    }

    private static void frontend(
            PlannedFrontend now, PlannedFrontend next, List<String> differences) {
        String prefix =
                now.name().equals(LoadBalancerBuilder.DEFAULT)
                        ? ""
                        : "frontend " + now.name() + ": ";
        FrontendSettings a = now.settings();
        FrontendSettings b = next.settings();
        if (!a.addresses().equals(b.addresses())) {
            String what = prefix + "the address";
            differences.add(differs(what, names(a.addresses()), names(b.addresses())));
        }
        if (a.acceptMode() != b.acceptMode()) {
            differences.add(
                    differs(
                            prefix + "the accept mode",
                            name(a.acceptMode()),
                            name(b.acceptMode())));
        }
        if (a.maxClients() != b.maxClients()) {
            differences.add(differs(prefix + "the number of clients", clients(a), clients(b)));
        }
    }

    private static Object clients(FrontendSettings settings) {
        return settings.maxClients() == 0 ? "as open files allow" : settings.maxClients();
    }

    private static void process(
            ProcessSettings now, ProcessSettings next, List<String> differences) {
        if (now.threads() != next.threads()) {
            differences.add(differs("the number of threads", now.threads(), next.threads()));
        }
        if (now.pinThreads() != next.pinThreads()) {
            differences.add(
                    now.pinThreads()
                            ? differs("each thread", "pinned to a core", "unpinning")
                            : differs("each thread", "unpinned", "pinning"));
        }
        if (!Objects.equals(now.eventBackend(), next.eventBackend())) {
            differences.add(
                    differs(
                            "the event backend",
                            Objects.requireNonNullElse(now.eventBackend(), "the best"),
                            Objects.requireNonNullElse(next.eventBackend(), "the best")));
        }
        if (!now.stallWarning().equals(next.stallWarning())) {
            differences.add(differs("the stall warning", stallWarning(now), stallWarning(next)));
        }
    }

    private static Object stallWarning(ProcessSettings settings) {
        boolean off = settings.stallWarning().isZero();
        return off ? "off" : Durations.toString(settings.stallWarning());
    }

    private static String differs(String what, Object now, Object wanted) {
        return what + " stays " + now + "; " + wanted + " needs a restart";
    }

    private static String name(AcceptMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static String names(List<InetSocketAddress> addresses) {
        return addresses.stream().map(Names::of).collect(Collectors.joining(", "));
    }

    /** The next plan, but with these settings as they are now. */
    static Plan keep(Plan now, Plan next) {
        List<PlannedFrontend> frontends = new ArrayList<>();
        for (PlannedFrontend planned : next.frontends()) {
            frontends.add(keep(now, planned));
        }
        return new Plan(now.process(), frontends, next.pools());
    }

    private static PlannedFrontend keep(Plan now, PlannedFrontend planned) {
        for (PlannedFrontend running : now.frontends()) {
            if (running.name().equals(planned.name())) {
                return new PlannedFrontend(
                        planned.name(),
                        planned.settings().withFixedOf(running.settings()),
                        planned.routes(),
                        planned.pool());
            }
        }
        return planned;
    }
}
