package dev.eventloop.lb.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The reference and the schema in {@code docs} are what the settings table says. {@code
 * -Dconfiguration.write=true} writes them anew.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ConfigurationIsDocumentedTest {
    private static final Path DOCS = Path.of("../docs");

    @Test
    @DisplayName("docs/configuration.md has every setting and every key of the file")
    void referenceIsCurrent() throws Exception {
        String reference = ConfigurationReference.markdown();
        isCurrent("configuration.md", reference);
        for (Setting<?> setting : AllSettings.list()) {
            assertThat(reference).contains("| `" + setting.key() + "` |");
        }
    }

    @Test
    @DisplayName("docs/configuration.schema.json has every setting and every key of the file")
    void schemaIsCurrent() throws Exception {
        isCurrent("configuration.schema.json", ConfigurationSchema.json());
    }

    @Test
    @DisplayName("each setting has one scope, and an effect on the options of that scope only")
    void scopesAreComplete() {
        assertThat(AllSettings.list(Scope.PROCESS)).isNotEmpty().noneMatch(Setting::isInherited);
        assertThat(AllSettings.list(Scope.POOL)).isNotEmpty().allMatch(Setting::isInherited);
        assertThat(AllSettings.list(Scope.FRONTEND))
                .filteredOn(setting -> !setting.isInherited())
                .extracting(Setting::key)
                .containsExactly("port", "bind"); // of the default frontend
    }

    private static void isCurrent(String name, String wanted) throws Exception {
        Path file = DOCS.resolve(name);
        if (Boolean.getBoolean("configuration.write")) {
            Files.writeString(file, wanted);
        }
        assertThat(file).exists();
        assertThat(Files.readString(file))
                .as("%s is stale; run this test with -Dconfiguration.write=true", name)
                .isEqualTo(wanted);
    }
}
