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
            Map.ofEntries(
                    Map.entry("/", new File("index.html", HTML)),
                    Map.entry("/dashboard.css", new File("dashboard.css", STYLE)),
                    Map.entry("/dashboard.js", new File("dashboard.js", SCRIPT)),
                    Map.entry("/server.js", new File("server.js", SCRIPT)),
                    Map.entry("/frontends.js", new File("frontends.js", SCRIPT)),
                    Map.entry("/pool.js", new File("pool.js", SCRIPT)),
                    Map.entry("/card.js", new File("card.js", SCRIPT)),
                    Map.entry("/closes.js", new File("closes.js", SCRIPT)),
                    Map.entry("/numbers.js", new File("numbers.js", SCRIPT)),
                    Map.entry("/uplot.js", new File("uplot/uPlot.iife.min.js", SCRIPT)),
                    Map.entry("/uplot.css", new File("uplot/uPlot.min.css", STYLE)),
                    Map.entry("/icon.svg", new File("icon.svg", "image/svg+xml")));

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
