package dev.eventloop.lb.product;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Program;
import java.nio.file.Path;
import java.util.Locale;

/** Who does it. */
public enum Product {
    OURS {
        @Override
        public RunningProxy start(Scene scene, Path folder) throws Exception {
            return OurProxy.start(scene);
        }
    },
    HAPROXY {
        @Override
        public RunningProxy start(Scene scene, Path folder) throws Exception {
            skipUnless(Program.find("haproxy") != null, "it is not on the PATH");
            return Haproxy.start(scene, folder);
        }
    },
    NGINX {
        @Override
        public RunningProxy start(Scene scene, Path folder) throws Exception {
            skipUnless(Program.find("nginx") != null, "it is not on the PATH");
            skipUnless(!scene.closeWhenBackendFails, "it has no health checks");
            skipUnless(scene.ratePerSource == 0, "it has no limit of connections in a time");
            return Nginx.start(scene, folder);
        }
    };

    /**
     * Starts it; the test is skipped where this product is not installed, or can't do that.
     *
     * @param folder for its files
     */
    public abstract RunningProxy start(Scene scene, Path folder) throws Exception;

    /** Skips the test, and says why, unless this product can do it. */
    public void skipUnless(boolean able, String why) {
        String sentence = name().toLowerCase(Locale.ROOT) + " is skipped: " + why;
        if (!able) {
            System.out.println(sentence);
        }
        assumeTrue(able, sentence);
    }
}
