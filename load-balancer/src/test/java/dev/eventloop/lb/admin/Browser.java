package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium with one page, driven by the <a
 * href="https://chromedevtools.github.io/devtools-protocol/">DevTools protocol</a>.
 */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final int LIMIT_SECONDS = 30;

    private final Path profile;
    private final Program program;
    private final WebSocket socket;
    private final AtomicInteger nextId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final String session;

    /** A key, in the terms of the protocol. */
    enum Key {
        TAB("Tab", 9, ""),
        ENTER("Enter", 13, "\r"),
        SPACE(" ", 32, " "),
        RIGHT("ArrowRight", 39, "");

        private final String name;
        private final int code;
        private final String text;

        Key(String name, int code, String text) {
            this.name = name;
            this.code = code;
            this.text = text;
        }
    }

    private Browser(Path chromium) throws Exception {
        this.profile = Files.createTempDirectory("browser");
        this.program =
                Program.start(
                        chromium.toString(),
                        "--headless=new",
                        "--no-sandbox", // root cannot use the sandbox
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--no-first-run",
                        "--no-proxy-server",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank");
        URI devTools = URI.create(devTools(program));
        this.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(devTools, new MessageListener())
                        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        ObjectNode blank = JSON.createObjectNode().put("url", "about:blank");
        String target = call(null, "Target.createTarget", blank).get("targetId").textValue();
        ObjectNode attach = JSON.createObjectNode().put("targetId", target).put("flatten", true);
        this.session = call(null, "Target.attachToTarget", attach).get("sessionId").textValue();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", JSON.createObjectNode());
        }
    }

    /** The path of Chromium or Chrome; null if neither is installed. */
    static Path find() {
        return Stream.of("google-chrome", "chromium")
                .map(Program::find)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    static Browser start(Path chromium) throws Exception {
        return new Browser(chromium);
    }

    private static String devTools(Program program) throws Exception {
        Await.until(
                "the browser prints its address: " + program,
                () -> LISTENING.matcher(program.output()).find() || !program.isAlive());
        Matcher matcher = LISTENING.matcher(program.output());
        if (!matcher.find()) {
            throw new AssertionError("the browser ended: " + program);
        }
        return matcher.group(1);
    }

    void open(String url) throws Exception {
        call("Page.navigate", JSON.createObjectNode().put("url", url));
    }

    /** The value of a JavaScript expression; fails if it throws. */
    JsonNode evaluate(String expression) throws Exception {
        ObjectNode arguments = JSON.createObjectNode();
        arguments.put("expression", expression).put("returnByValue", true);
        arguments.put("awaitPromise", true);
        JsonNode answer = call("Runtime.evaluate", arguments);
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Waits until the expression is true. */
    void await(String expression) throws Exception {
        Await.until(expression + "; problems " + problems, () -> evaluate(expression).asBoolean());
    }

    /** Sends a key press to the focused element. */
    void press(Key key) throws Exception {
        ObjectNode event = JSON.createObjectNode();
        event.put("key", key.name).put("code", key == Key.SPACE ? "Space" : key.name);
        event.put("windowsVirtualKeyCode", key.code);
        if (!key.text.isEmpty()) {
            event.put("text", key.text);
        }
        call("Input.dispatchKeyEvent", event.deepCopy().put("type", "keyDown"));
        event.remove("text");
        call("Input.dispatchKeyEvent", event.deepCopy().put("type", "keyUp"));
    }

    /** Sends text to the focused element. */
    void type(String text) throws Exception {
        call("Input.insertText", JSON.createObjectNode().put("text", text));
    }

    /** Emulates the user's preference, {@code "dark"} or {@code "light"}. */
    void prefer(String scheme) throws Exception {
        ObjectNode arguments = JSON.createObjectNode();
        ObjectNode feature = arguments.putArray("features").addObject();
        feature.put("name", "prefers-color-scheme").put("value", scheme);
        call("Emulation.setEmulatedMedia", arguments);
    }

    /** Emulates a screen of this size, in CSS pixels. */
    void resize(int width, int height) throws Exception {
        ObjectNode arguments = JSON.createObjectNode();
        arguments.put("width", width).put("height", height);
        arguments.put("deviceScaleFactor", 1).put("mobile", false);
        call("Emulation.setDeviceMetricsOverride", arguments);
    }

    /** Console errors and warnings and uncaught exceptions so far. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** The URLs that the page has requested so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private JsonNode call(String method, ObjectNode arguments) throws Exception {
        return call(session, method, arguments);
    }

    private JsonNode call(String toSession, String method, ObjectNode arguments) throws Exception {
        int id = nextId.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", arguments);
        if (toSession != null) {
            message.put("sessionId", toSession);
        }
        socket.sendText(message.toString(), true).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        JsonNode response = answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (response.has("error")) {
            throw new AssertionError(method + ": " + response.get("error"));
        }
        return response.get("result");
    }

    private void onMessage(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer = calls.remove(message.get("id").intValue());
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        JsonNode details = message.path("params");
        switch (message.path("method").asText()) {
            case "Network.requestWillBeSent" ->
                    requests.add(details.path("request").path("url").asText());
            case "Runtime.exceptionThrown" -> problems.add(details.toString());
            case "Runtime.consoleAPICalled" -> addProblem(details.path("type").asText(), details);
            case "Log.entryAdded" ->
                    addProblem(details.path("entry").path("level").asText(), details);
            default -> {
                // ignored
            }
        }
    }

    private void addProblem(String level, JsonNode details) {
        if (level.equals("error") || level.equals("warning")) {
            problems.add(details.toString());
        }
    }

    /** Receives the messages of the browser. */
    private final class MessageListener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try {
                    onMessage(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    problems.add("not JSON: " + text);
                }
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        program.close();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(profile)) {
            walk.sorted(Comparator.reverseOrder()).forEach(files::add);
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
