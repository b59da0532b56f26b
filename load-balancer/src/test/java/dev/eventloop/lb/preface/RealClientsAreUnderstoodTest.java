package dev.eventloop.lb.preface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Program;
import dev.eventloop.lb.preface.ClientHello.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Java, OpenSSL and curl send is understood; the programs are left out where there are none.
 */
@Timeout(120)
@Tag("real")
class RealClientsAreUnderstoodTest {
    private static final String NAME = "www.example.org";
    private static final HelloReading EXPECTED = HelloReading.found(NAME, "h2", "http/1.1");
    private static final byte[] LOCALHOST = {127, 0, 0, 1};
    private static final int LIMIT_MILLIS = 30_000;

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3", "TLSv1.2,TLSv1.3", "SSLv2Hello,TLSv1.2"})
    void javaIsUnderstood(String versions) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(versions.split(","));
        parameters.setServerNames(List.of(new SNIHostName("WWW.example.org")));
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        engine.setSSLParameters(parameters);
        byte[] hello = wrap(engine);
        boolean sslv2 = hello[0] < 0;
        assertThat(sslv2).isEqualTo(versions.startsWith("SSLv2Hello"));
        assertThatReads(hello, sslv2 ? HelloReading.found("") : EXPECTED);
    }

    @Test
    void javaIsUnderstoodWithoutNameAndProtocols() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        assertThatReads(wrap(engine), HelloReading.found(""));
    }

    private static byte[] wrap(SSLEngine engine) throws Exception {
        ByteBuffer sent = ByteBuffer.allocate(2 * ClientHello.LIMIT);
        engine.beginHandshake();
        assertThat(engine.wrap(ByteBuffer.allocate(0), sent).bytesProduced()).isPositive();
        return Arrays.copyOf(sent.array(), sent.position());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1", "-tls1_2", "-tls1_3"})
    void opensslIsUnderstood(String version) throws Exception {
        byte[] hello = openssl(version, "-servername", NAME, "-alpn", "h2,http/1.1");
        assertThatReads(hello, EXPECTED);
    }

    @Test
    void opensslIsUnderstoodWithoutName() throws Exception {
        assertThatReads(openssl("-noservername"), HelloReading.found(""));
        assertThatReads(openssl("-noservername", "-alpn", "h3"), HelloReading.found("", "h3"));
        assertThatReads(openssl("-servername", "192.0.2.1"), HelloReading.found(""));
    }

    @Test
    void opensslIsUnderstoodWithItsHelloInSeveralRecords() throws Exception {
        String longProtocols = "a".repeat(250) + "," + "b".repeat(250) + "," + "c".repeat(250);
        byte[] hello =
                openssl("-max_send_frag", "512", "-alpn", longProtocols, "-servername", NAME);
        int firstRecord = ByteBuffer.wrap(hello).getShort(3);
        int message = ByteBuffer.wrap(hello).getInt(5) & 0xff_ffff;
        assertThat(firstRecord).as("it is split").isLessThan(message);
        assertThatReads(hello, HelloReading.found(NAME, longProtocols.split(",")));
    }

    /** Old versions are offered only if the security level allows them. */
    private static byte[] openssl(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(need("openssl"), "s_client", "-cipher", "DEFAULT@SECLEVEL=0"));
        command.addAll(List.of(options));
        command.add("-connect");
        return firstBytes(command, "127.0.0.1:%d");
    }

    @Test
    void curlIsUnderstood() throws Exception {
        assertThatReads(
                firstBytes(curl("--connect-to", "::127.0.0.1:%d"), "https://" + NAME + "/"),
                EXPECTED);
        assertThatReads(
                firstBytes(curl("--http1.1", "--no-alpn"), "https://localhost:%d/"),
                HelloReading.found("localhost"));
        assertThat(HelloReading.of(firstBytes(curl("--no-alpn"), "https://127.0.0.1:%d/")))
                .isEqualTo(HelloReading.found(""));
        assertThat(HelloReading.of(firstBytes(curl(), "http://127.0.0.1:%d/")))
                .isEqualTo(HelloReading.NOT_TLS);
    }

    private static List<String> curl(String... options) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(need("curl"), "-4", "--insecure", "--silent", "--noproxy", "*"));
        command.addAll(List.of(options));
        return command;
    }

    private static String need(String program) {
        boolean there = Program.find(program) != null;
        assumeThat(there, program + " is not on the PATH");
        return program;
    }

    private static void assumeThat(boolean condition, String otherwise) {
        if (!condition) {
            System.out.println("RealClientsAreUnderstoodTest: skipped, because " + otherwise);
        }
        assumeTrue(condition, otherwise);
    }

    /** What a program sends that is told our port: as much as there has to be for an answer. */
    private static byte[] firstBytes(List<String> command, String target) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByAddress(LOCALHOST))) {
            server.setSoTimeout(LIMIT_MILLIS);
            List<String> complete = new ArrayList<>();
            for (String word : command) {
                complete.add(word.replace("%d", Integer.toString(server.getLocalPort())));
            }
            complete.add(target.replace("%d", Integer.toString(server.getLocalPort())));
            try (Program program = Program.start(complete)) {
                byte[] bytes = firstBytes(server);
                if (bytes.length == 0) {
                    int exitCode = program.awaitExit();
                    assumeThat(false, "it sends nothing, exit code " + exitCode + ": " + program);
                }
                return bytes;
            }
        }
    }

    private static byte[] firstBytes(ServerSocket server) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] segment = new byte[1024];
        try (Socket client = server.accept()) {
            client.setSoTimeout(LIMIT_MILLIS);
            while (HelloReading.of(bytes.toByteArray()).progress() == Progress.MORE) {
                int count = client.getInputStream().read(segment);
                if (count < 0) {
                    break;
                }
                bytes.write(segment, 0, count);
            }
        }
        return bytes.toByteArray();
    }

    private static void assertThatReads(byte[] stream, HelloReading expected) {
        assertThat(HelloReading.of(stream)).isEqualTo(expected);
        for (int size : new int[] {1, 2, 3, 100, 536, 1460}) {
            assertThat(HelloReading.of(stream, () -> size)).isEqualTo(expected);
        }
    }
}
