package dev.eventloop.benchmarks.report;

import java.util.Collections;

/** A table in Markdown: the first column is text, the others are numbers. */
public final class MarkdownTable {
    private final int columns;
    private final StringBuilder text = new StringBuilder();

    public MarkdownTable(String... headings) {
        columns = headings.length;
        row((Object[]) headings);
        text.append("|---|").append("--:|".repeat(columns - 1)).append('\n');
    }

    /** Adds a row, with one cell per heading. */
    public MarkdownTable row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(
                    "a row of " + cells.length + " cells in a table of " + columns + " columns");
        }
        text.append('|');
        for (Object cell : cells) {
            text.append(' ').append(cell).append(" |");
        }
        text.append('\n');
        return this;
    }

    /** Adds a row: a label, then one cell per sample, with dashes for missing samples. */
    public MarkdownTable row(String first, Iterable<Samples> samples) {
        Object[] cells = Collections.nCopies(columns, "–").toArray();
        int next = 0;
        cells[next++] = first;
        for (Samples sample : samples) {
            cells[next++] = sample;
        }
        return row(cells);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
