package example;

import io.latentry.model.Model;
import java.io.IOException;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** A model for who asks for one, and its health under {@code /actuator/health}. */
@AutoConfiguration
@EnableConfigurationProperties(LatentryProperties.class)
@ConditionalOnProperty("latentry.model")
public class LatentryAutoConfiguration {

  /** One for all threads; its native memory is given back when the application ends. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  Model model(LatentryProperties properties) throws IOException {
    return Model.open(properties.model());
  }

  /** Judges an empty row: what can say that a row lacks its columns can judge. */
  @Bean
  @ConditionalOnMissingBean(name = "latentryHealthIndicator")
  HealthIndicator latentryHealthIndicator(Model model) {
    return () -> {
      try {
        model.judge(java.util.Map.of());
        return Health.up()
            .withDetail("model", model.manifest().modelId())
            .withDetail("threshold", model.manifest().threshold().current().score())
            .build();
      } catch (RuntimeException failed) {
        return Health.down(failed).build();
      }
    };
  }
}
