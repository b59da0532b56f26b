package dev.eventloop.lb.command;

import picocli.CommandLine.IVersionProvider;

/** The version as the jar's manifest has it. */
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
