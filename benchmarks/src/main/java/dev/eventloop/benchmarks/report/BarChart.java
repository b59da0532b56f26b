package dev.eventloop.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A grouped bar chart as SVG: one group per problem size, one bar per contestant, with the median
 * above the bar and a line from the first to the third quartile. The scale is logarithmic if the
 * largest bar would dwarf the others.
 */
public final class BarChart {
    private static final String[] COLOURS = { // Okabe and Ito's palette for the colour-blind
        "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#777777", "#B8A900"
    };
    private static final int HEIGHT = 340;
    private static final int TOP = 70;
    private static final int BOTTOM = 50;
    private static final int LEFT = 70;
    private static final int BAR = 34;
    private static final int GAP = 30;
    private static final double HIDDEN = 20;

    private final String title;
    private final String unit;
    private final List<String> contestants = new ArrayList<>();
    private final Map<String, Map<String, Samples>> groups = new LinkedHashMap<>();

    public BarChart(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    /** Adds a bar; groups and contestants appear in the order of the calls. */
    public BarChart bar(String group, String contestant, Samples samples) {
        if (samples.isEmpty()) {
            return this;
        }
        if (!contestants.contains(contestant)) {
            contestants.add(contestant);
        }
        groups.computeIfAbsent(group, name -> new LinkedHashMap<>()).put(contestant, samples);
        return this;
    }

    /** Returns the SVG file. */
    public String svg() {
        int bars = groups.values().stream().mapToInt(Map::size).sum();
        int width = Math.max(LEFT + bars * BAR + (groups.size() + 1) * GAP, 640);
        StringBuilder svg = new StringBuilder();
        svg.append(
                        String.format(
                                Locale.ROOT,
                                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\""
                                        + " height=\"%d\" viewBox=\"0 0 %d %d\""
                                        + " font-family=\"sans-serif\" font-size=\"11\">%n",
                                width,
                                HEIGHT,
                                width,
                                HEIGHT))
                .append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text(svg, 12, 20, "start\" font-size=\"14\" font-weight=\"bold", title);
        legend(svg);
        Scale scale = scale();
        for (double mark : scale.marks()) {
            double y = scale.y(mark);
            line(svg, LEFT, y, width - 10, y, "#dddddd");
            text(svg, LEFT - 6, y + 4, "end", Samples.format(mark));
        }
        text(svg, 12, TOP - 14, "start", unit + (scale.logarithmic() ? ", logarithmic" : ""));
        int x = LEFT + GAP / 2;
        for (Map.Entry<String, Map<String, Samples>> group : groups.entrySet()) {
            int start = x;
            for (Map.Entry<String, Samples> bar : group.getValue().entrySet()) {
                bar(svg, x, scale, contestants.indexOf(bar.getKey()), bar.getValue());
                x += BAR;
            }
            text(svg, (start + x) / 2.0, HEIGHT - BOTTOM + 18, "middle", group.getKey());
            x += GAP;
        }
        line(svg, LEFT, HEIGHT - BOTTOM, width - 10, HEIGHT - BOTTOM, "#333333");
        return svg.append("</svg>\n").toString();
    }

    private void legend(StringBuilder svg) {
        double x = 12;
        for (int i = 0; i < contestants.size(); i++) {
            rectangle(svg, x, 30, 10, 10, i);
            text(svg, x + 14, 39, "start", contestants.get(i));
            x += 28 + contestants.get(i).length() * 6.5;
        }
    }

    private static void bar(StringBuilder svg, int x, Scale scale, int colour, Samples samples) {
        double top = scale.y(samples.median());
        double middle = x + BAR / 2.0;
        rectangle(svg, x + 2, top, BAR - 4, HEIGHT - BOTTOM - top, colour);
        line(
                svg,
                middle,
                scale.y(samples.firstQuartile()),
                middle,
                scale.y(samples.thirdQuartile()),
                "#000000");
        double label = Math.min(top, scale.y(samples.thirdQuartile())) - 4;
        text(svg, middle, label, "middle\" font-size=\"9", shortly(samples.median()));
    }

    private static String shortly(double value) {
        if (value < 10_000) {
            return Samples.format(value);
        }
        return value < 1e6 ? Samples.format(value / 1e3) + "k" : Samples.format(value / 1e6) + "M";
    }

    private Scale scale() {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (Map<String, Samples> group : groups.values()) {
            for (Samples samples : group.values()) {
                least = Math.min(least, samples.median());
                most = Math.max(most, samples.thirdQuartile());
            }
        }
        boolean logarithmic = least > 0 && most / least > HIDDEN;
        double bottom = logarithmic ? Math.pow(10, Math.floor(Math.log10(least) - 0.2)) : 0;
        return new Scale(bottom, most <= 0 ? 1 : most * (logarithmic ? 1.6 : 1.08), logarithmic);
    }

    /** Maps values to heights. */
    private record Scale(double bottom, double top, boolean logarithmic) {
        double y(double value) {
            double part =
                    logarithmic
                            ? Math.log(Math.max(value, bottom) / bottom) / Math.log(top / bottom)
                            : value / top;
            return HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP);
        }

        List<Double> marks() {
            List<Double> marks = new ArrayList<>();
            if (logarithmic) {
                for (double mark = bottom; mark <= top; mark *= 10) {
                    marks.add(mark);
                }
                return marks;
            }
            double step = Math.pow(10, Math.floor(Math.log10(top)));
            step = top / step < 2 ? step / 5 : top / step < 5 ? step / 2 : step;
            for (int i = 0; i * step <= top; i++) {
                marks.add(i * step);
            }
            return marks;
        }
    }

    private static void rectangle(
            StringBuilder svg, double x, double y, double width, double height, int colour) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                        x,
                        y,
                        width,
                        height,
                        COLOURS[colour % COLOURS.length]));
    }

    private static void line(
            StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                        x1,
                        y1,
                        x2,
                        y2,
                        colour));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        x,
                        y,
                        anchor,
                        escaped));
    }
}
