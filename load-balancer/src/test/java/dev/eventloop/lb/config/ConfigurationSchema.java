package dev.eventloop.lb.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.config.FileKey.Owner;
import java.util.List;

/** Writes {@code docs/configuration.schema.json}, for editors, from the settings table. */
final class ConfigurationSchema {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ConfigurationSchema() {}

    static String json() throws JsonProcessingException {
        ObjectNode root = object();
        root.put("$schema", "http://json-schema.org/draft-07/schema#");
        root.put("title", "The configuration file of high_perf_lb");
        ObjectNode properties = properties(root);
        AllSettings.list().forEach(setting -> properties.set(setting.key(), of(setting)));
        properties.set(FileKey.FRONTENDS.key(), byName(FileKey.FRONTENDS, Scope.FRONTEND));
        properties.set(FileKey.POOLS.key(), byName(FileKey.POOLS, Scope.POOL));
        properties.set(FileKey.DEFAULT_BACKENDS.key(), backends(FileKey.DEFAULT_BACKENDS));
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Makes it an object that has no other properties than those added to the result. */
    private static ObjectNode properties(ObjectNode schema) {
        schema.put("type", "object").put("additionalProperties", false);
        return schema.putObject("properties");
    }

    private static ObjectNode byName(FileKey key, Scope scope) {
        ObjectNode schema = object().put("description", key.description()).put("type", "object");
        ObjectNode properties = properties(schema.putObject("additionalProperties"));
        for (FileKey own : FileKey.of(scope == Scope.POOL ? Owner.POOL : Owner.FRONTEND)) {
            properties.set(own.key(), of(own));
        }
        for (Setting<?> setting : AllSettings.list(scope)) {
            if (setting.isInherited()) {
                properties.set(setting.key(), of(setting));
            }
        }
        return schema;
    }

    private static ObjectNode of(FileKey key) {
        ObjectNode schema = object().put("description", key.description());
        switch (key) {
            case BIND -> textOrList(schema);
            case ROUTES -> parts(schema.put("type", "array").putObject("items"), Owner.ROUTE);
            case BACKENDS -> {
                return backends(key);
            }
            case BACKUP -> schema.put("type", "boolean");
            case WEIGHT -> schema.put("type", "integer").put("minimum", 0).put("maximum", 256);
            case MAX_CONNS -> schema.putArray("type").add("integer").add("string");
            default -> schema.put("type", "string");
        }
        return schema;
    }

    private static ObjectNode backends(FileKey key) {
        ObjectNode schema = object().put("description", key.description()).put("type", "array");
        ArrayNode forms = schema.putObject("items").putArray("anyOf");
        forms.addObject().put("type", "string");
        parts(forms.addObject(), Owner.BACKEND);
        return schema;
    }

    private static void parts(ObjectNode schema, Owner owner) {
        ObjectNode properties = properties(schema);
        FileKey.of(owner).forEach(part -> properties.set(part.key(), of(part)));
    }

    private static ObjectNode of(Setting<?> setting) {
        ObjectNode schema = object().put("description", setting.description());
        if (setting.isFlag()) {
            return schema.put("type", "boolean").put("default", false);
        }
        if (setting.isRepeatable()) {
            textOrList(schema);
            return schema;
        }
        boolean isNumber = List.of("N", "PORT").contains(setting.label());
        boolean isWord = isNumber && setting.defaultText() != null && !isNumeric(setting);
        if (setting.label().contains("|")) {
            ArrayNode words = schema.putArray("enum");
            List<String> values = List.of(setting.label().split("\\|", -1));
            values.forEach(words::add);
            if (!values.contains(setting.defaultText())) {
                words.add(setting.defaultText());
            }
        } else if (isWord) {
            schema.putArray("type").add("integer").add("string");
        } else {
            schema.put("type", isNumber ? "integer" : "string");
        }
        if (setting.defaultText() != null && (!isNumber || isWord)) {
            schema.put("default", setting.defaultText());
        } else if (setting.defaultText() != null) {
            schema.put("default", Integer.parseInt(setting.defaultText()));
        }
        return schema;
    }

    private static boolean isNumeric(Setting<?> setting) {
        return setting.defaultText().chars().allMatch(Character::isDigit);
    }

    private static void textOrList(ObjectNode schema) {
        ArrayNode forms = schema.putArray("anyOf");
        forms.addObject().put("type", "string");
        forms.addObject().put("type", "array").putObject("items").put("type", "string");
    }
}
