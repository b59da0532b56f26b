package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.List;

/** The keys that a mapping of the file may have, and what is said of others. */
final class Keys {
    private final Scope scope;
    private final List<String> known;

    /**
     * @param scope null for parts of a route or of a backend
     */
    private Keys(Scope scope, List<String> known) {
        this.scope = scope;
        this.known = known;
    }

    /** Of the top level, where every setting may be. */
    static Keys ofTopLevel() {
        List<String> keys = new ArrayList<>();
        AllSettings.list().forEach(setting -> keys.add(setting.key()));
        addAll(FileKey.Owner.TOP, keys);
        return new Keys(Scope.PROCESS, keys);
    }

    /** Of a frontend or a pool. */
    static Keys of(Scope scope) {
        List<String> keys = new ArrayList<>();
        addAll(owner(scope), keys);
        for (Setting<?> setting : AllSettings.list(scope)) {
            if (setting.isInherited()) {
                keys.add(setting.key());
            }
        }
        return new Keys(scope, keys);
    }

    /** Of a route or of a backend. */
    static Keys of(FileKey.Owner owner) {
        List<String> keys = new ArrayList<>();
        addAll(owner, keys);
        return new Keys(null, keys);
    }

    private static FileKey.Owner owner(Scope scope) {
        return switch (scope) {
            case PROCESS -> FileKey.Owner.TOP;
            case FRONTEND -> FileKey.Owner.FRONTEND;
            case POOL -> FileKey.Owner.POOL;
        };
    }

    private static void addAll(FileKey.Owner owner, List<String> keys) {
        FileKey.of(owner).forEach(key -> keys.add(key.key()));
    }

    boolean has(String key) {
        return known.contains(key);
    }

    /** What is wrong with a key that is not one of these. */
    String unknown(String key) {
        String elsewhere = scope == null ? null : belongsElsewhere(key);
        if (elsewhere != null) {
            return key + " " + elsewhere;
        }
        String plain = key.replaceFirst("^-+", "");
        String nearest = Nearest.of(plain, known);
        String nearestElsewhere =
                nearest != null || scope == null ? null : Nearest.of(plain, keysElsewhere());
        return '"'
                + key
                + "\" is no setting"
                + (scope == null || scope == Scope.PROCESS ? "" : " of " + scope)
                + "; "
                + meant(nearest, nearestElsewhere);
    }

    private String meant(String nearest, String nearestElsewhere) {
        if (nearest != null) {
            return "did you mean " + nearest + "?";
        }
        return nearestElsewhere != null
                ? "did you mean " + nearestElsewhere + "? It " + belongsElsewhere(nearestElsewhere)
                : "there are " + String.join(", ", known);
    }

    /** Where a key of another scope is written, as the end of a sentence; null if it is none. */
    private String belongsElsewhere(String key) {
        if (has(key)) {
            return null;
        }
        if (key.equals(AllSettings.PORT.key())) {
            return "belongs to the top level; a frontend has it in bind: ADDRESS:PORT";
        }
        for (Scope other : List.of(Scope.FRONTEND, Scope.POOL, Scope.PROCESS)) {
            if (of(other).has(key)) {
                return other.belongsTo(isSetting(key));
            }
        }
        for (Setting<?> setting : AllSettings.list(Scope.PROCESS)) {
            if (setting.key().equals(key)) {
                return Scope.PROCESS.belongsTo(true);
            }
        }
        return null;
    }

    private static boolean isSetting(String key) {
        return AllSettings.list().stream().anyMatch(s -> s.isInherited() && s.key().equals(key));
    }

    private List<String> keysElsewhere() {
        List<String> keys = new ArrayList<>();
        for (Scope other : Scope.values()) {
            keys.addAll(of(other).known);
        }
        AllSettings.list(Scope.PROCESS).forEach(setting -> keys.add(setting.key()));
        keys.removeAll(known);
        return keys;
    }
}
