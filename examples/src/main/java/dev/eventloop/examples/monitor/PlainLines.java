package dev.eventloop.examples.monitor;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Supplier;

/** Prints lines for a file or another program: a time, a name and its figures. */
final class PlainLines implements Screen {
    private final PrintStream out;
    private final Supplier<LocalTime> clock;
    private String lastLoss;

    PlainLines(PrintStream out, Supplier<LocalTime> clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void show(Rates rates) {
        lastLoss = null;
        Sample now = rates.now();
        line(
                "all %s active=%d new/s=%.1f up_B/s=%.0f down_B/s=%.0f",
                now.ready() ? "ready" : "not-ready",
                now.active(),
                rates.accepted(),
                rates.bytesUp(),
                rates.bytesDown());
        for (Rates.OfBackend each : rates.backends()) {
            Sample.Backend backend = each.now();
            line(
                    "%s %s weight=%d share=%.3f active=%d new/s=%.1f up_B/s=%.0f down_B/s=%.0f"
                            + " failures=%d",
                    backend.name(),
                    backend.condition(),
                    backend.weight(),
                    backend.share(),
                    backend.active(),
                    each.connections(),
                    each.bytesUp(),
                    each.bytesDown(),
                    backend.failures());
        }
    }

    @Override
    public void tell(String news) {
        line("* %s", news);
    }

    /** Prints the reason once, and again when it changes. */
    @Override
    public void lost(String why) {
        if (!why.equals(lastLoss)) {
            lastLoss = why;
            tell(why);
        }
    }

    private void line(String format, Object... values) {
        String time = clock.get().truncatedTo(ChronoUnit.SECONDS).toString();
        out.println(
                (time.length() == 5 ? time + ":00" : time)
                        + " "
                        + String.format(Locale.ROOT, format, values));
    }

    @Override
    public boolean isOpen() {
        return !out.checkError();
    }

    @Override
    public void close() {
        out.flush();
    }
}
