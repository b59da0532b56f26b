package dev.eventloop.examples.monitor;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * A terminal, redrawn in place on its alternate screen, so that the previous content reappears at
 * the end. The escape sequences are xterm's (ctlseqs), which all terminals support.
 */
final class TerminalScreen implements Screen {
    private static final String ESC = "\u001b[";
    private static final String OTHER_PAGE = ESC + "?1049h";
    private static final String FIRST_PAGE = ESC + "?1049l";
    private static final String HIDE_CURSOR = ESC + "?25l";
    private static final String SHOW_CURSOR = ESC + "?25h";
    private static final String CUT_LINES = ESC + "?7l";
    private static final String WRAP_LINES = ESC + "?7h";
    private static final String HOME = ESC + "H";
    private static final String CLEAR_LINE_END = ESC + "K";
    private static final String CLEAR_REST = ESC + "J";
    private static final String PLAIN = ESC + "0m";
    private static final String BOLD = ESC + "1m";
    private static final String FAINT = ESC + "2m";
    private static final String RED = ESC + "31m";
    private static final String GREEN = ESC + "32m";
    private static final String YELLOW = ESC + "33m";

    private static final int NEWS = 3;
    private static final int SHORTEST_NAME = 14;

    private final PrintStream out;
    private final String title;
    private final boolean colours;
    private final IntSupplier rows;
    private final Deque<String> news = new ArrayDeque<>();
    private Rates last;
    private String loss = "waiting …";
    private boolean open = true;

    /**
     * @param rows the current number of lines
     */
    TerminalScreen(PrintStream out, String title, boolean colours, IntSupplier rows) {
        this.out = out;
        this.title = title;
        this.colours = colours;
        this.rows = rows;
        print(OTHER_PAGE + HIDE_CURSOR + CUT_LINES);
        draw();
    }

    @Override
    public void show(Rates rates) {
        last = rates;
        loss = null;
        draw();
    }

    @Override
    public void tell(String what) {
        news.addLast(what);
        if (news.size() > NEWS) {
            news.removeFirst();
        }
    }

    @Override
    public void lost(String why) {
        loss = why;
        draw();
    }

    private void draw() {
        List<String> lines = new ArrayList<>();
        lines.add(coloured(BOLD, title) + "   " + condition());
        for (String each : news) {
            lines.add(coloured(YELLOW, each));
        }
        if (last != null) {
            figures(lines);
        }
        int height = rows.getAsInt();
        StringBuilder frame = new StringBuilder(HOME);
        for (int i = 0; i < Math.min(lines.size(), height); i++) {
            frame.append(i == 0 ? "" : "\n").append(lines.get(i)).append(CLEAR_LINE_END);
        }
        print(frame.append(CLEAR_REST).toString());
    }

    private String condition() {
        if (loss != null) {
            return coloured(RED, loss);
        }
        String ready = last.now().ready() ? coloured(GREEN, "ready") : coloured(RED, "not ready");
        return ready + "   up " + age((long) last.now().uptime());
    }

    private void figures(List<String> lines) {
        Sample now = last.now();
        lines.add("");
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%,d open   %,.1f/s new   %s/s up   %s/s down",
                        now.active(),
                        last.accepted(),
                        Bytes.text(last.bytesUp()),
                        Bytes.text(last.bytesDown())));
        lines.add("");
        int width = SHORTEST_NAME;
        for (Sample.Backend backend : now.backends()) {
            width = Math.max(width, backend.name().length());
        }
        String row = "%-" + width + "s  %-8s %6s %6s %7s %8s %10s %10s %8s";
        lines.add(
                coloured(
                        BOLD,
                        String.format(
                                row, "BACKEND", "STATE", "WEIGHT", "SHARE", "OPEN", "NEW/S", "UP/S",
                                "DOWN/S", "FAILED")));
        for (Rates.OfBackend each : last.backends()) {
            lines.add(backend(row, each));
        }
        lines.add("");
        for (Sample.Close close : now.closes()) {
            lines.add(
                    coloured(FAINT, close.time() + "  " + close.backend() + "  ") + close.story());
        }
    }

    private String backend(String row, Rates.OfBackend each) {
        Sample.Backend backend = each.now();
        String line =
                String.format(
                        Locale.ROOT,
                        row,
                        backend.name(),
                        backend.condition(),
                        backend.weight() + (backend.backup() ? "b" : ""),
                        String.format(Locale.ROOT, "%.0f%%", 100 * backend.share()),
                        backend.active(),
                        String.format(Locale.ROOT, "%,.1f", each.connections()),
                        Bytes.text(each.bytesUp()),
                        Bytes.text(each.bytesDown()),
                        backend.failures());
        return switch (backend.condition()) {
            case "up" -> loss == null ? line : coloured(FAINT, line);
            case "drain" -> coloured(YELLOW, line);
            default -> coloured(RED, line);
        };
    }

    private String coloured(String colour, String text) {
        return colours ? colour + text + PLAIN : text;
    }

    private static String age(long seconds) {
        long hours = seconds / 3_600;
        String minutes = String.format("%02d:%02d", seconds / 60 % 60, seconds % 60);
        return hours == 0 ? minutes : hours + ":" + minutes;
    }

    private void print(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public boolean isOpen() {
        return !out.checkError();
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (open) {
            open = false;
            print(WRAP_LINES + SHOW_CURSOR + FIRST_PAGE);
        }
    }
}
