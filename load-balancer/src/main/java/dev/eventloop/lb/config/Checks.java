package dev.eventloop.lb.config;

import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.access.Cidr;
import dev.eventloop.lb.access.TokenRules;
import dev.eventloop.lb.config.Draft.BackendText;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds every mistake in a draft. */
final class Checks {
    private static final int DEMO_PORT = 8080;
    private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1");

    private final Draft draft;
    private final SettingTexts written;
    private final String file;
    private final FilesRead files;
    private final Place whole;
    private final Mistakes mistakes;

    /**
     * @param file null for none
     * @param files takes the files that are read
     */
    Checks(Draft draft, String file, FilesRead files, Mistakes mistakes) {
        this.draft = draft;
        this.written = draft.settings();
        this.file = file;
        this.files = files;
        this.whole = file == null ? Place.COMMAND_LINE : Place.of(file);
        this.mistakes = mistakes;
    }

    /** The configuration, which must not be used if there are mistakes. */
    Configuration run() {
        SettingTexts settings = complete();
        for (Setting<?> setting : AllSettings.list()) {
            setting.check(written.get(setting), mistakes);
        }
        Set<String> poolNames = poolNames();
        List<WantedFrontend> frontends =
                new FrontendChecks(draft, settings, poolNames, mistakes).run();
        AddressChecks addresses = new AddressChecks(frontends, mistakes);
        addresses.checkFrontends();
        List<WantedPool> pools =
                new PoolChecks(draft, settings, addresses, files, mistakes).run(isDemo());
        checkService(poolNames);
        new RangeChecks(mistakes).run(written);
        checkAdmin(addresses);
        checkTokenFile();
        checkWatch();
        boolean isShorthand = draft.frontends().isEmpty() && draft.pools().isEmpty();
        return new Configuration(settings, frontends, pools, files, isShorthand);
    }

    private Set<String> poolNames() {
        Set<String> names = new LinkedHashSet<>();
        if (isDemo() || draft.hasDefaultPool()) {
            names.add(LoadBalancerBuilder.DEFAULT);
        }
        draft.pools().forEach(pool -> names.add(pool.name().value()));
        return names;
    }

    /** With the defaults of what is not written. */
    private SettingTexts complete() {
        SettingTexts defaults = new SettingTexts();
        for (Setting<?> setting : AllSettings.list()) {
            if (!setting.isArgument() && !setting.isRepeatable()) {
                defaults.put(setting, List.of(new Text(setting.defaultText(), whole)));
            }
        }
        if (isDemo()) {
            int port = written.value(AllSettings.PORT, DEMO_PORT);
            int admin = port == 0 || port == 65_535 ? 0 : port + 1;
            defaults.put(AllSettings.PORT, List.of(new Text(Integer.toString(port), whole)));
            defaults.put(AllSettings.ADMIN, List.of(new Text("127.0.0.1:" + admin, whole)));
        }
        return written.over(defaults);
    }

    /** That there is a frontend, and that the default one has backends. */
    private void checkService(Set<String> pools) {
        if (isDemo()) {
            checkDemo();
            return;
        }
        boolean noPort = !written.has(AllSettings.PORT);
        if (file == null && noPort) {
            mistakes.add(
                    whole,
                    "PORT and BACKEND are missing; write for example high_perf_lb 8080"
                            + " 127.0.0.1:9001:3 127.0.0.1:9002:2, or see --help");
            return;
        }
        if (noPort && !draft.frontends().isEmpty()) {
            checkBind();
            return;
        }
        if (noPort) {
            mistakes.add(whole, "there is no port; write for example port: 8080");
        }
        boolean needed = !noPort || pools.isEmpty();
        if (needed && !pools.contains(LoadBalancerBuilder.DEFAULT) && !draft.backends().isGiven()) {
            mistakes.add(
                    whole,
                    file == null
                            ? "there is no BACKEND; give at least one, such as 127.0.0.1:9001"
                            : "there are no backends; write backends:, and below it for example -"
                                    + " 127.0.0.1:9001");
        }
    }

    private void checkWatch() {
        if (written.value(AllSettings.WATCH, false) && files.isEmpty()) {
            Place place = written.get(AllSettings.WATCH).get(0).place();
            mistakes.add(
                    place,
                    place.nameOf(AllSettings.WATCH)
                            + " has no file to watch; give --config or --backends-file, too");
        }
    }

    private void checkDemo() {
        List<Text> texts = written.get(AllSettings.DEMO);
        String demo = (texts.isEmpty() ? whole : texts.get(0).place()).nameOf(AllSettings.DEMO);
        List<BackendText> backends = draft.backends().list();
        if (!backends.isEmpty()) {
            mistakes.add(
                    backends.get(0).address().place(),
                    demo + " brings its own backends; leave out " + names(backends));
        }
        if (written.value(BackendSettings.BACKENDS_FILE, null) != null) {
            Place place = written.get(BackendSettings.BACKENDS_FILE).get(0).place();
            mistakes.add(
                    place,
                    demo
                            + " brings its own backends; leave out "
                            + place.nameOf(BackendSettings.BACKENDS_FILE));
        }
        if (!draft.frontends().isEmpty()) {
            mistakes.add(
                    draft.frontends().get(0).name().place(),
                    demo + " brings its own frontend; leave out frontends");
        }
        if (!draft.pools().isEmpty()) {
            mistakes.add(
                    draft.pools().get(0).name().place(),
                    demo + " brings its own pool; leave out pools");
        }
    }

    /** Without a port at the top level, the address there has no effect. */
    private void checkBind() {
        for (Text bind : written.get(AllSettings.BIND)) {
            mistakes.add(
                    bind.place(),
                    bind.place().nameOf(AllSettings.BIND)
                            + " is the address of the default frontend, which has no port; write"
                            + " bind: ADDRESS:PORT in each of the frontends");
        }
    }

    private static String names(List<BackendText> backends) {
        return String.join(" ", backends.stream().map(b -> b.address().value()).toList());
    }

    private void checkTokenFile() {
        String tokenFile = written.value(AllSettings.ADMIN_TOKEN_FILE, null);
        if (tokenFile != null) {
            try {
                checkToken(TokenFile.read(tokenFile), tokenFile);
            } catch (IllegalArgumentException e) {
                Place place = written.get(AllSettings.ADMIN_TOKEN_FILE).get(0).place();
                mistakes.add(
                        place, place.nameOf(AllSettings.ADMIN_TOKEN_FILE) + " " + e.getMessage());
            }
        }
    }

    private void checkToken(String token, String tokenFile) {
        boolean isOpen =
                written.value(AllSettings.ADMIN, null) instanceof InetSocketAddress admin
                        && !isLoopback(admin.getHostString());
        try {
            TokenRules.check(token, !isOpen);
        } catch (IllegalArgumentException e) {
            throw Conversion.wrong(tokenFile, "has a token that " + e.getMessage());
        }
    }

    private void checkAdmin(AddressChecks addresses) {
        if (!(written.value(AllSettings.ADMIN, null) instanceof InetSocketAddress admin)) {
            return; // a unix-domain socket clashes with nothing, and is not open to others
        }
        Text text = written.get(AllSettings.ADMIN).get(0);
        Place place = text.place();
        String name = place.nameOf(AllSettings.ADMIN) + " " + text.value();
        if (!isLoopback(admin.getHostString())
                && written.value(AllSettings.ADMIN_TOKEN_FILE, null) == null) {
            mistakes.add(
                    place,
                    name
                            + " can be reached from other machines; give "
                            + place.nameOf(AllSettings.ADMIN_TOKEN_FILE)
                            + ", too, or the address 127.0.0.1, or unix:PATH");
        }
        if (admin.getPort() != 0 && admin.getPort() == written.value(AllSettings.PORT, -1)) {
            mistakes.add(
                    place, name + " has the port that clients connect to; give it another one");
        } else {
            addresses.checkAdmin(admin, place, name);
        }
    }

    /** Without a lookup; localhost is the only name that is known. */
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

    /** True as well if its value is invalid, which is a mistake already. */
    private boolean isDemo() {
        return written.has(AllSettings.DEMO) && written.value(AllSettings.DEMO, true);
    }
}
