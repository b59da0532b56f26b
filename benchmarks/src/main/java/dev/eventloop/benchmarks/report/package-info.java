/** Presents the results: medians and quartiles, Markdown tables, SVG charts. */
package dev.eventloop.benchmarks.report;
