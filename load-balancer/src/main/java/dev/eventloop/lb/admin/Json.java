package dev.eventloop.lb.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/**
 * Reads and writes JSON. Reading is strict: unknown or duplicate keys, wrong types and trailing
 * text are refused.
 */
final class Json {
    private static final int MAX_DEPTH = 16;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Parses a request body, in UTF-8: RFC 8259, section 8.1. Jackson would guess others. */
    static ObjectNode parseObject(byte[] body) throws Refusal {
        JsonNode content;
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            content = MAPPER.readTree(text.toString());
        } catch (CharacterCodingException e) {
            throw Refusal.badRequest("the body is not valid UTF-8");
        } catch (JsonProcessingException e) {
            throw Refusal.badRequest("the body is not valid JSON: " + e.getOriginalMessage());
        }
        if (content instanceof ObjectNode object) {
            return object;
        }
        throw Refusal.badRequest(
                "the body is "
                        + kind(content)
                        + "; it must be a JSON object such as {\"weight\":5}");
    }

    static void onlyKeys(ObjectNode object, List<String> keys) throws Refusal {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!keys.contains(name)) {
                throw Refusal.badRequest(
                        "the key \""
                                + name
                                + "\" is unknown; known keys are "
                                + String.join(", ", keys));
            }
        }
    }

    /** The value of the key; null if it is missing. */
    static Integer integer(ObjectNode object, String key, int least, int greatest) throws Refusal {
        JsonNode value = object.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > greatest) {
            throw wrong(key, value, "a whole number from " + least + " to " + greatest);
        }
        return value.intValue();
    }

    /** The value of the key; null if it is missing. */
    static Boolean bool(ObjectNode object, String key) throws Refusal {
        JsonNode value = object.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isBoolean()) {
            throw wrong(key, value, "true or false");
        }
        return value.booleanValue();
    }

    /**
     * The value of the key; null if it is missing.
     *
     * @param what what the text must be, for the error sentence
     */
    static String text(ObjectNode object, String key, String what) throws Refusal {
        JsonNode value = object.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrong(key, value, what);
        }
        return value.textValue();
    }

    static Refusal wrong(String key, JsonNode value, String what) {
        return Refusal.badRequest("\"" + key + "\" is " + shown(value) + "; it must be " + what);
    }

    private static String shown(JsonNode value) {
        if (value.isContainerNode()) {
            return kind(value);
        }
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case MISSING -> "empty";
            default -> shown(value);
        };
    }
}
