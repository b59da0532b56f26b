package dev.eventloop.lb.config;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.config.Draft.BackendText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the mistakes in the backends of a pool. */
final class BackendChecks {
    private static final Conversion<Integer> WEIGHT =
            Conversion.wholeNumber(BackendOptions.MIN_WEIGHT, BackendOptions.MAX_WEIGHT);
    private static final Conversion<Integer> LIMIT = Conversion.COUNT.or("off", 0);

    private final List<BackendText> texts;
    private final AddressChecks addresses;
    private final Mistakes mistakes;

    BackendChecks(List<BackendText> texts, AddressChecks addresses, Mistakes mistakes) {
        this.texts = texts;
        this.addresses = addresses;
        this.mistakes = mistakes;
    }

    /** The backends without mistakes. */
    List<WantedBackend> run() {
        List<WantedBackend> backends = new ArrayList<>();
        Map<String, Place> places = new HashMap<>();
        for (BackendText text : texts) {
            Place place = text.address().place();
            WantedBackend backend = backend(text);
            Place first = backend == null ? null : places.putIfAbsent(backend.name(), place);
            if (first != null) {
                mistakes.add(
                        place,
                        "backend "
                                + backend.name()
                                + " is given twice"
                                + (first.line() > 0 ? ", first in " + lineOf(first, place) : "")
                                + "; give it once, with a higher weight");
            } else if (backend != null) {
                addresses.checkBackend(backend, place);
                backends.add(backend);
            }
        }
        if (!backends.isEmpty()
                && backends.size() == texts.size()
                && backends.stream().allMatch(WantedBackend::backup)) {
            mistakes.add(
                    texts.get(0).address().place(),
                    "every backend is a backup, for none; at least one must not be");
        }
        return backends;
    }

    private static String lineOf(Place first, Place second) {
        boolean same = first.file().equals(second.file());
        return "line " + first.line() + (same ? "" : " of " + first.file());
    }

    private WantedBackend backend(BackendText text) {
        Integer weight = part("weight", text.weight(), WEIGHT);
        Boolean backup = part("backup", text.backup(), Conversion.FLAG);
        Integer limit = part("max-conns", text.maxConnections(), LIMIT);
        WantedBackend backend;
        try {
            backend = WantedBackend.parse(text.address().value());
        } catch (IllegalArgumentException e) {
            mistakes.add(text.address().place(), e.getMessage());
            return null;
        }
        if (weight != null && backend.weight() != BackendOptions.DEFAULT_WEIGHT) {
            twice(text.weight(), "weight", backend);
        }
        if (backup != null && backend.backup() && !backup) {
            twice(text.backup(), "backup", backend);
        }
        try {
            return backend.with(
                    weight == null ? backend.weight() : weight,
                    backup == null ? backend.backup() : backup,
                    limit == null ? 0 : limit);
        } catch (IllegalArgumentException e) { // SRV records contain weights
            mistakes.add(text.weight().place(), e.getMessage());
            return null;
        }
    }

    private void twice(Text text, String key, WantedBackend backend) {
        mistakes.add(
                text.place(),
                key
                        + " "
                        + text.value()
                        + " contradicts the address "
                        + backend.text()
                        + ", which says it too; say it once");
    }

    private <T> T part(String key, Text text, Conversion<T> conversion) {
        if (text == null) {
            return null;
        }
        try {
            return conversion.convert(text.value());
        } catch (IllegalArgumentException e) {
            mistakes.add(text.place(), key + " " + e.getMessage());
            return null;
        }
    }
}
