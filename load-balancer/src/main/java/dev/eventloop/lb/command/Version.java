package dev.eventloop.lb.command;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "high_perf_lb " + (version == null ? "(not from a jar)" : version),
            "Java " + Runtime.version()
        };
    }
}
