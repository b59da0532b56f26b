package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.discovery.DnsName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The files in deploy agree with each other and with the load balancer. */
@Tag("fast")
class DeploymentFitsTogetherTest {
    private static final Path DEPLOY = Path.of("..", "deploy");

    @Test
    @DisplayName("the grace period of a pod covers its preStop sleep and its drain timeout")
    void podsAreGivenTimeToDrain() throws Exception {
        String pod = read("kubernetes/high-perf-lb.yaml");
        int grace = Integer.parseInt(find(pod, "terminationGracePeriodSeconds: (\\d+)"));
        int preStop = Integer.parseInt(find(pod, "command: \\[\"sleep\", \"(\\d+)\"\\]"));
        Duration drain = Durations.parse(find(config(), "drain-timeout: (\\w+)"));
        assertThat(Duration.ofSeconds(grace)).isGreaterThan(drain.plusSeconds(preStop));
    }

    @Test
    @DisplayName("the container ports are those of the configuration")
    void portsAgree() throws Exception {
        String pod = read("kubernetes/high-perf-lb.yaml");
        assertThat(find(pod, "name: traffic\\s+containerPort: (\\d+)"))
                .isEqualTo(find(config(), "\\n    port: (\\d+)"));
        assertThat(find(pod, "name: admin\\s+containerPort: (\\d+)"))
                .isEqualTo(find(config(), "admin: [\\d.]+:(\\d+)"));
    }

    @Test
    @DisplayName("the pod mounts configuration, token and native library where they are expected")
    void pathsAgree() throws Exception {
        String pod = read("kubernetes/high-perf-lb.yaml");
        assertThat(find(pod, "\"--config\", \"(.*)/lb.yaml\""))
                .isEqualTo(find(pod, "name: config\\s+mountPath: (\\S+)"));
        assertThat(find(config(), "admin-token-file: (\\S+)/token"))
                .isEqualTo(find(pod, "name: token\\s+mountPath: (\\S+)"));
        assertThat(find(read("Dockerfile"), "-Djffi.extract.dir=([^\\s\"]+)"))
                .isEqualTo(find(pod, "name: native\\s+mountPath: (\\S+)"));
        assertThat(find(read("Dockerfile"), "USER (\\d+)"))
                .isEqualTo(find(pod, "runAsUser: (\\d+)"));
    }

    @Test
    @DisplayName("the image holds the launcher and each file that the launcher sources")
    void imageHoldsWhatTheLauncherSources() throws Exception {
        String sourced =
                find(
                        Files.readString(Path.of("..", "high_perf_lb")),
                        "\\n *\\. \"\\$home/(\\S+)\"");
        for (String file : List.of("high_perf_lb", sourced)) {
            Path folder = Path.of("/opt/high_perf_lb").resolve(file).getParent();
            assertThat(read("Dockerfile")).contains("\nCOPY " + file + " " + folder + "/\n");
            assertThat(read("Dockerfile.dockerignore")).contains("\n!" + file + "\n");
        }
    }

    @Test
    @DisplayName("the unit of systemd covers the drain timeout, and has the library's folder")
    void unitFits() throws Exception {
        String unit = read("systemd/high-perf-lb.service");
        Duration stop = Durations.parse(find(unit, "TimeoutStopSec=(\\w+)"));
        assertThat(stop).isGreaterThan(Duration.ofSeconds(30)); // drain-timeout by default
        assertThat(find(unit, "-Djffi.extract.dir=/run/(\\w+)"))
                .isEqualTo(find(unit, "RuntimeDirectory=(\\w+)"));
        assertThat(unit).contains("\nType=notify\n").contains("\nWatchdogSec=");
        assertThat(read("systemd/high-perf-lb.socket"))
                .contains("\nFileDescriptorName=" + LoadBalancerBuilder.DEFAULT + "\n");
    }

    @Test
    @DisplayName("the SRV name is that of the headless service, and the algorithm exists")
    void backendsAgree() throws Exception {
        String service = read("kubernetes/app.yaml");
        DnsName name = DnsName.parse(find(config(), "- (srv:\\S+)"));
        assertThat(name.host())
                .isEqualTo(
                        "_%s._tcp.%s.default.svc.cluster.local."
                                .formatted(
                                        find(service, "- name: (\\w+)"),
                                        find(service, "\\n  name: (\\w+)")));
        assertThat(Algorithm.values())
                .extracting(Algorithm::shortName)
                .contains(find(config(), "algorithm: (\\S+)"));
    }

    @Test
    @DisplayName("keepalived and ecmp ask the same readiness URL")
    void readinessIsAskedAtOnePort() throws Exception {
        String url = find(read("keepalived/keepalived.conf"), "(http://\\S+/readyz)");
        assertThat(find(read("ecmp/announce-while-ready"), "(http://\\S+/readyz)")).isEqualTo(url);
    }

    private static String config() throws IOException {
        return read("kubernetes/config.yaml");
    }

    private static String read(String file) throws IOException {
        return Files.readString(DEPLOY.resolve(file));
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
