package io.latentry.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.MissingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theDocumentedFileIsReadAndNamesEveryKey() throws IOException {
    Matcher example = YAML.matcher(Files.readString(Path.of("../docs/configuration.md")));
    assertThat(example.find()).isTrue();
    Path file = Files.writeString(folder.resolve("config.yaml"), example.group(1));

    FitConfig config = ConfigFile.read(file);

    assertThat(config.data().missing()).containsEntry("*", MissingPolicy.IMPUTE);
    assertThat(config.calibration().thresholdRule()).isEqualTo(Threshold.Rule.QUANTILE);
    JsonNode documented = new YAMLMapper().readTree(file.toFile());
    List<String> undocumented = new ArrayList<>();
    ConfigFile.toMap(FitConfig.DEFAULT)
        .forEach(
            (section, settings) -> {
              if (settings instanceof Map<?, ?> keys) {
                keys.keySet().stream()
                    .filter(key -> !documented.path(section).has((String) key))
                    .forEach(key -> undocumented.add(section + "." + key));
              }
            });
    // The document says in words what goes instead of a rate.
    assertThat(undocumented)
        .containsExactlyInAnyOrder("calibration.alarms_per_day", "calibration.rows_per_day");
  }
}
