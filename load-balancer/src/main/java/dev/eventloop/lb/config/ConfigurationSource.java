package dev.eventloop.lb.config;

/**
 * Where the configuration comes from, now and whenever it is read again.
 *
 * @param file null for none
 * @param commandLine comes before the file
 */
public record ConfigurationSource(String file, Draft commandLine) {
    /**
     * As it is now.
     *
     * @throws BadConfigurationException with all that is wrong
     */
    public Configuration read() throws BadConfigurationException {
        return Configuration.read(file, commandLine);
    }
}
