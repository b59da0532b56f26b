package dev.eventloop.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of fragments and charts, assembled into one page. The surrounding text is the resource
 * {@code benchmarks.md} of {@link dev.eventloop.benchmarks.Main}, where {@code {{name}}} stands for
 * the fragment of that name. So one part can be measured again without the others.
 */
public final class Report {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z0-9-]+)}}");
    private static final String PAGE = "benchmarks.md";

    /** The charts' folder, next to the page in both places so that the links are the same. */
    private static final String CHARTS = "benchmarks";

    private final Path folder;
    private final Clock clock;

    public Report(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** Writes a fragment, replacing the previous one. */
    public void put(String name, Object markdown) throws IOException {
        Path file = fragment(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, markdown.toString().stripTrailing() + "\n");
    }

    /** Writes a chart and the fragment that shows it. */
    public void put(String name, BarChart chart, String description) throws IOException {
        Path file = folder.resolve(CHARTS).resolve(name + ".svg");
        Files.createDirectories(file.getParent());
        Files.writeString(file, chart.svg());
        put(name + "-chart", "![" + description + "](" + CHARTS + "/" + name + ".svg)");
    }

    /** Writes the fragment that says when a part was measured, and how thoroughly. */
    public void putWhen(String part, Instant start, String how) throws IOException {
        String date =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm")
                        .format(start.atOffset(ZoneOffset.UTC));
        long seconds = clock.instant().getEpochSecond() - start.getEpochSecond();
        put(part + "-when", "*" + date + " UTC, in " + seconds + " s: " + how + "*");
    }

    public Instant now() {
        return clock.instant();
    }

    /** Writes the page from the fragments that exist, and returns its path. */
    public Path assemble() throws IOException {
        put("machine", Machine.describe() + ".");
        Matcher matcher = PLACE.matcher(template());
        StringBuilder page = new StringBuilder();
        while (matcher.find()) {
            Path file = fragment(matcher.group(1));
            String text = Files.exists(file) ? Files.readString(file) : "*not measured*\n";
            matcher.appendReplacement(page, Matcher.quoteReplacement(text.stripTrailing()));
        }
        matcher.appendTail(page);
        Path file = folder.resolve(PAGE);
        Files.writeString(file, page);
        return file;
    }

    /** Copies the page and its charts to the documentation's folder. */
    public void publish(Path documentation) throws IOException {
        Files.createDirectories(documentation.resolve(CHARTS));
        Files.writeString(documentation.resolve(PAGE), Files.readString(folder.resolve(PAGE)));
        try (Stream<Path> charts = Files.list(folder.resolve(CHARTS))) {
            for (Path chart : charts.toList()) {
                Files.writeString(
                        documentation.resolve(CHARTS).resolve(chart.getFileName()),
                        Files.readString(chart));
            }
        }
    }

    private Path fragment(String name) {
        return folder.resolve("fragments").resolve(name + ".md");
    }

    private static String template() throws IOException {
        try (InputStream in =
                Report.class.getResourceAsStream("/dev/eventloop/benchmarks/" + PAGE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
