package dev.eventloop.lb.config;

import dev.eventloop.lb.access.Cidr;
import dev.eventloop.lb.config.Draft.BackendText;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that can be wrong with what was written, looked for at once. */
final class Checks {
    private static final int DEMO_PORT = 8080;
    private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1");

    private final Draft draft;
    private final String file;
    private final Place whole;
    private final Mistakes mistakes;

    /**
     * @param file null for none
     */
    Checks(Draft draft, String file, Mistakes mistakes) {
        this.draft = draft;
        this.file = file;
        this.whole = file == null ? Place.COMMAND_LINE : Place.of(file);
        this.mistakes = mistakes;
    }

    /** The backends, as far as they are right. */
    List<WantedBackend> run() {
        for (Setting<?> setting : AllSettings.list()) {
            setting.check(draft.texts(setting), mistakes);
        }
        List<WantedBackend> backends = new BackendChecks(draft.backends(), mistakes).run();
        checkWhoIsBehind();
        checkRanges();
        checkAdmin();
        checkTokenFile();
        return backends;
    }

    /** With what was left out as it is by default. */
    Draft complete() {
        Draft defaults = new Draft();
        for (Setting<?> setting : AllSettings.list()) {
            if (!setting.isArgument() && !setting.isRepeatable()) {
                defaults.put(setting, List.of(new Text(setting.defaultText(), whole)));
            }
        }
        if (isDemo()) {
            int port = value(AllSettings.PORT, DEMO_PORT);
            int admin = port == 0 || port == 65_535 ? 0 : port + 1;
            defaults.put(AllSettings.PORT, List.of(new Text(Integer.toString(port), whole)));
            defaults.put(AllSettings.ADMIN, List.of(new Text("127.0.0.1:" + admin, whole)));
        }
        return draft.over(defaults);
    }

    private void checkWhoIsBehind() {
        List<BackendText> written = draft.backends();
        if (isDemo()) {
            if (!written.isEmpty()) {
                mistakes.add(
                        written.get(0).address().place(),
                        demoName() + " brings its own backends; leave out " + names(written));
            }
            return;
        }
        boolean noPort = !draft.has(AllSettings.PORT);
        if (file == null && noPort) {
            mistakes.add(
                    whole,
                    "PORT and BACKEND are missing; write for example high_perf_lb 8080"
                            + " 127.0.0.1:9001:3 127.0.0.1:9002:2, or see --help");
            return;
        }
        if (noPort) {
            mistakes.add(whole, "there is no port; write for example port: 8080");
        }
        if (!draft.expectsBackends()) {
            mistakes.add(
                    whole,
                    file == null
                            ? "there is no BACKEND; give at least one, such as 127.0.0.1:9001"
                            : "there are no backends; write backends:, and below it for example - 127.0.0.1:9001");
        }
    }

    private String demoName() {
        return draft.texts(AllSettings.DEMO).get(0).place().nameOf(AllSettings.DEMO);
    }

    private static String names(List<BackendText> backends) {
        return String.join(" ", backends.stream().map(b -> b.address().value()).toList());
    }

    private void checkRanges() {
        Map<Cidr, Text> allowed = ranges(AllSettings.ALLOW);
        ranges(AllSettings.DENY)
                .forEach(
                        (range, text) -> {
                            if (allowed.containsKey(range)) {
                                mistakes.add(
                                        text.place(),
                                        text.place().nameOf(AllSettings.DENY)
                                                + " has "
                                                + range
                                                + ", which is allowed as well; leave it out in one"
                                                + " of the two");
                            }
                        });
    }

    private Map<Cidr, Text> ranges(Setting<List<String>> setting) {
        Map<Cidr, Text> ranges = new HashMap<>();
        for (Text text : draft.texts(setting)) {
            List<String> each = List.of();
            try {
                each = setting.conversion().convert(text.value());
            } catch (IllegalArgumentException e) {
                continue; // told already
            }
            for (String range : each) {
                if (ranges.putIfAbsent(Cidr.parse(range), text) != null) {
                    mistakes.add(
                            text.place(),
                            text.place().nameOf(setting)
                                    + " has "
                                    + range
                                    + " twice; once will do");
                }
            }
        }
        return ranges;
    }

    private void checkTokenFile() {
        String file = value(AllSettings.ADMIN_TOKEN_FILE, null);
        if (file != null) {
            try {
                TokenFile.read(file);
            } catch (IllegalArgumentException e) {
                Place place = draft.texts(AllSettings.ADMIN_TOKEN_FILE).get(0).place();
                mistakes.add(
                        place, place.nameOf(AllSettings.ADMIN_TOKEN_FILE) + " " + e.getMessage());
            }
        }
    }

    private void checkAdmin() {
        InetSocketAddress admin = value(AllSettings.ADMIN, null);
        if (admin == null) {
            return;
        }
        Place place = draft.texts(AllSettings.ADMIN).get(0).place();
        String name = place.nameOf(AllSettings.ADMIN) + " " + text(AllSettings.ADMIN);
        if (!isLoopback(admin.getHostString())
                && value(AllSettings.ADMIN_TOKEN_FILE, null) == null) {
            mistakes.add(
                    place,
                    name
                            + " can be reached from other machines; give "
                            + place.nameOf(AllSettings.ADMIN_TOKEN_FILE)
                            + ", too, or the address 127.0.0.1");
        }
        if (admin.getPort() != 0 && admin.getPort() == value(AllSettings.PORT, -1)) {
            mistakes.add(
                    place, name + " has the port that clients connect to; give it another one");
        }
    }

    /** Without a look-up; of names only the one that everybody knows. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            Cidr address = Cidr.parse(host);
            return LOOPBACK.stream()
                    .map(Cidr::parse)
                    .anyMatch(l -> l.contains(address.high(), address.low()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Also where that is told to be wrong: it was not left out. */
    private boolean isDemo() {
        return draft.has(AllSettings.DEMO) && value(AllSettings.DEMO, true);
    }

    private String text(Setting<?> setting) {
        return draft.texts(setting).get(0).value();
    }

    /** The other one where none is given, or one that is told to be wrong. */
    private <T> T value(Setting<T> setting, T otherwise) {
        try {
            List<T> values = setting.values(draft.texts(setting));
            return values.isEmpty() ? otherwise : values.get(0);
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }
}
