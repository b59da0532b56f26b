/** What was measured, as people read it: medians and spreads, tables in Markdown, charts in SVG. */
package dev.eventloop.benchmarks.report;
