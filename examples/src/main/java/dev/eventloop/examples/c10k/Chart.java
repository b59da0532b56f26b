package dev.eventloop.examples.c10k;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The results as a text chart with logarithmic axes. */
final class Chart {
    private static final int WIDTH = 61;
    private static final int ROWS_PER_DECADE = 5;
    private static final int MARGIN = 8;
    private static final char SEVERAL = '*';

    private final Results results;
    private final Scale x;
    private final Scale y;
    private final char[][] cells;

    private Chart(Results results) {
        this.results = results;
        x = Scale.between(results.first().idle(), results.last().idle());
        y = Scale.ofDecades(results.least(), results.most());
        cells = new char[y.decades() * ROWS_PER_DECADE + 1][WIDTH];
        for (char[] line : cells) {
            Arrays.fill(line, ' ');
        }
    }

    /** The lines of the chart. */
    static List<String> draw(Results results) {
        Chart chart = new Chart(results);
        for (int i = 0; i < results.backends().size(); i++) {
            chart.drawLine(i);
        }
        return chart.lines();
    }

    private void drawLine(int backend) {
        char letter = results.backends().get(backend).charAt(0);
        for (int column = 0; column < WIDTH; column++) {
            double fraction = y.fraction(at((double) column / (WIDTH - 1), backend));
            int row = (int) Math.round((1 - fraction) * (cells.length - 1));
            char there = cells[row][column];
            cells[row][column] = there == ' ' ? letter : SEVERAL;
        }
    }

    /** The cost at this fraction of the width, interpolated between the measured points. */
    private double at(double fraction, int backend) {
        List<Results.Row> rows = results.rows();
        for (int i = 1; i < rows.size(); i++) {
            double begin = x.fraction(rows.get(i - 1).idle());
            double end = x.fraction(rows.get(i).idle());
            if (fraction <= end) {
                double before = rows.get(i - 1).nanos().get(backend);
                double after = rows.get(i).nanos().get(backend);
                return before * Math.pow(after / before, (fraction - begin) / (end - begin));
            }
        }
        return results.last().nanos().get(backend);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < cells.length; row++) {
            boolean labelled = row % ROWS_PER_DECADE == 0;
            double nanos = y.value(1 - (double) row / (cells.length - 1));
            String label = labelled ? Results.time(nanos).replace(".0", "") : "";
            String line = String.format(Locale.ROOT, "%" + MARGIN + "s ", label);
            lines.add(line + (labelled ? '+' : '|') + new String(cells[row]).stripTrailing());
        }
        lines.add(" ".repeat(MARGIN + 1) + "+" + "-".repeat(WIDTH));
        lines.add(idleLabels());
        lines.add(" ".repeat(MARGIN + 2) + legend());
        return lines;
    }

    /** Leaves out a label that would overlap the previous one, but never the last label. */
    private String idleLabels() {
        String last = String.format(Locale.ROOT, "%,d", results.last().idle());
        StringBuilder line = new StringBuilder(" ".repeat(MARGIN + 2));
        int end = MARGIN + 2 + WIDTH - last.length();
        for (Results.Row row : results.rows()) {
            String label = String.format(Locale.ROOT, "%,d", row.idle());
            int column = MARGIN + 2 + (int) Math.round(x.fraction(row.idle()) * (WIDTH - 1));
            if (column >= line.length() && column + label.length() < end) {
                line.append(" ".repeat(column - line.length())).append(label).append(' ');
            }
        }
        return line.append(" ".repeat(Math.max(0, end - line.length()))).append(last).toString();
    }

    private String legend() {
        StringBuilder legend = new StringBuilder("idle connections;");
        for (String backend : results.backends()) {
            legend.append(' ').append(backend.charAt(0)).append(' ').append(backend).append(',');
        }
        return legend.append(" * several").toString();
    }
}
