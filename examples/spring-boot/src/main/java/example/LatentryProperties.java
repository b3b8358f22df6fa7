package example;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param model the model file
 */
@ConfigurationProperties("latentry")
public record LatentryProperties(Path model) {}
