package dev.eventloop.examples.c10k;

import java.util.Locale;

/** The results as an SVG chart with logarithmic axes. */
final class SvgChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 440;
    private static final int LEFT = 80;
    private static final int RIGHT = 90;
    private static final int TOP = 60;
    private static final int BOTTOM = 60;

    /** For readers who cannot tell the colours apart, each line also has its name at its end. */
    private static final String[] COLOURS = {"#d55e00", "#0072b2", "#009e73", "#cc79a7"};

    private final Results results;
    private final Scale x;
    private final Scale y;
    private final StringBuilder svg = new StringBuilder();

    private SvgChart(Results results) {
        this.results = results;
        x = Scale.between(results.first().idle(), results.last().idle());
        y = Scale.ofDecades(results.least(), results.most());
    }

    static String draw(Results results) {
        SvgChart chart = new SvgChart(results);
        chart.begin();
        chart.drawAxes();
        for (int i = 0; i < results.backends().size(); i++) {
            chart.drawLine(i);
        }
        return chart.svg.append("</svg>\n").toString();
    }

    private void begin() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH, HEIGHT);
        add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        add(
                "<text x=\"%d\" y=\"30\" font-size=\"17\">CPU time of a wake-up with %d connections"
                        + " ready</text>",
                LEFT, results.busy());
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">idle connections</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15);
    }

    private void drawAxes() {
        for (int decade = 0; decade <= y.decades(); decade++) {
            double value = Math.pow(10, y.low() + decade);
            add(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
                    LEFT, WIDTH - RIGHT, top(value), top(value));
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 8, top(value) + 4, Results.time(value).replace(".0", ""));
        }
        for (Results.Row row : results.rows()) {
            add(
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#eee\"/>",
                    left(row.idle()), left(row.idle()), TOP, HEIGHT - BOTTOM);
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>",
                    left(row.idle()), HEIGHT - BOTTOM + 20, row.idle());
        }
    }

    private void drawLine(int backend) {
        String colour = COLOURS[backend % COLOURS.length];
        StringBuilder points = new StringBuilder();
        for (Results.Row row : results.rows()) {
            double nanos = row.nanos().get(backend);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", left(row.idle()), top(nanos)));
            add(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
                    left(row.idle()), top(nanos), colour);
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                points.toString().strip(), colour);
        add(
                "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>",
                WIDTH - RIGHT + 8, labelTop(backend), colour, results.backends().get(backend));
    }

    /** Next to the end of the line, without overlapping a previous name. */
    private double labelTop(int backend) {
        double wanted = top(results.last().nanos().get(backend)) + 4;
        for (int other = 0; other < backend; other++) {
            if (Math.abs(labelTop(other) - wanted) < 14) {
                wanted = labelTop(other) + 15;
            }
        }
        return wanted;
    }

    private double left(double idle) {
        return LEFT + x.fraction(idle) * (WIDTH - LEFT - RIGHT);
    }

    private double top(double nanos) {
        return TOP + (1 - y.fraction(nanos)) * (HEIGHT - TOP - BOTTOM);
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
