package dev.eventloop.lb.config;

/**
 * The source of the configuration, which a reload reads again.
 *
 * @param file null for none
 * @param commandLine overrides the top level of the file
 */
public record ConfigurationSource(String file, Draft commandLine) {
    /**
     * Reads the file as it is now.
     *
     * @throws BadConfigurationException with all mistakes
     */
    public Configuration read() throws BadConfigurationException {
        return Configuration.read(file, commandLine);
    }
}
