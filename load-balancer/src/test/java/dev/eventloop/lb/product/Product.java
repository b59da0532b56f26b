package dev.eventloop.lb.product;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Program;
import java.nio.file.Path;
import java.util.Locale;

/** The load balancers that run the same tests. */
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
            skipUnless(scene.ratePerSource == 0, "it has no limit of the connection rate");
            return Nginx.start(scene, folder);
        }
    };

    /**
     * Starts the product; skips the test if the product is not installed or cannot do this.
     *
     * @param folder for the product's files
     */
    public abstract RunningProxy start(Scene scene, Path folder) throws Exception;

    /** Skips the test with this reason unless {@code able}. */
    public void skipUnless(boolean able, String why) {
        String sentence = name().toLowerCase(Locale.ROOT) + " is skipped: " + why;
        if (!able) {
            System.out.println(sentence);
        }
        assumeTrue(able, sentence);
    }
}
