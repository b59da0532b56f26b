package dev.eventloop.lb.admin;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The files of the dashboard, all from this jar. */
final class Page {
    /** The page loads from this server only, and other pages may not frame it. */
    static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private record File(String name, String contentType) {}

    private static final Map<String, File> FILES =
            Map.of(
                    "/", new File("index.html", HTML),
                    "/dashboard.css", new File("dashboard.css", STYLE),
                    "/dashboard.js", new File("dashboard.js", SCRIPT),
                    "/server.js", new File("server.js", SCRIPT),
                    "/card.js", new File("card.js", SCRIPT),
                    "/closes.js", new File("closes.js", SCRIPT),
                    "/numbers.js", new File("numbers.js", SCRIPT),
                    "/uplot.js", new File("uplot/uPlot.iife.min.js", SCRIPT),
                    "/uplot.css", new File("uplot/uPlot.min.css", STYLE),
                    "/icon.svg", new File("icon.svg", "image/svg+xml"));

    private final Map<String, String> contents;

    private Page(Map<String, String> contents) {
        this.contents = contents;
    }

    /** Reads all files once, because later the process may be out of file descriptors (EMFILE). */
    static Page load() throws IOException {
        Map<String, String> contents = new HashMap<>();
        for (Map.Entry<String, File> file : FILES.entrySet()) {
            contents.put(file.getKey(), read(file.getValue().name()));
        }
        return new Page(contents);
    }

    private static String read(String name) throws IOException {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(
                        "the jar has no dev/eventloop/lb/admin/" + name + "; rebuild it");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Whether the path is a file of the page, which needs no token. */
    static boolean has(String path) {
        return FILES.containsKey(path);
    }

    void addTo(Routes routes) {
        contents.forEach(
                (path, content) -> {
                    Answer answer =
                            Answer.ok(FILES.get(path).contentType(), content)
                                    .with(Map.of("Cache-Control", "no-cache"));
                    routes.add("GET", path, request -> answer);
                });
    }
}
