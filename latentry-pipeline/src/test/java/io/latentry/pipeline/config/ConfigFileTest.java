package io.latentry.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: 5|line 2: data: 5 (expected: keys of its own, such as label)",
        "data: {types: [a]}|line 2: data.types: [\"a\"] (expected: names with a value each, such as",
        "data: {types: {a: numbr}}|data.types.a: 'numbr' (expected: one of numeric, boolean,",
        "data: {missing: {'*': imput}}|data.missing.*: 'imput' (expected: one of impute, reject, anomaly)",
        "data: {exclude: a}|data.exclude: 'a' (expected: a list, such as [a, b])",
        "data: {clean: maybe}|data.clean: 'maybe' (expected: true or false)",
        "data: {label: [a], normal: x}|data.label: [\"a\"] (expected: a text)",
        "model: {latent_term: nonsense}|model.latent_term: 'nonsense' (expected: one of kl, prior",
        "model: {encoder: transformer}|model.encoder: 'transformer' (expected: one of mlp, gru, lstm",
        "model: {hidden: [7, x]}|model.hidden.[1]: 'x' (expected: a whole number)",
        "model: {variant: [a]}|model: '[\"a\"]' (expected: one of plain",
        "training: {steps: 1.5}|training.steps: 1.5 (expected: a whole number)",
        "calibration: {alpha: x}|calibration.alpha: 'x' (expected: a number)",
        "training: {stepz: 5}|line 2: unknown key 'training.stepz' (expected: one of [",
      })
  void aWrongValueIsToldInTheWordsOfTheFile(String yaml, String told) throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.yaml"), "# a comment\n" + yaml + "\n");
    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wrong.yaml")
        .hasMessageContaining(told)
        .message()
        .doesNotContain("java.", "io.latentry", "Enum", "Token");
  }

  @Test
  void aWrongValueIsToldWithItsLine() throws IOException {
    Path file = folder.resolve("wrong.yaml");
    Files.writeString(file, "model:\n  members: 2\n\n  latent_term: best\ntraining:\n  steps: 5\n");
    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageStartingWith(file + " line 4: model.latent_term: 'best' (expected: one of ");
    Files.writeString(file, "model:\n  members: 2\ntraining:\n  # few\n  steps: -5\n");
    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageStartingWith(file + " line 5: training: steps: -5 (expected: 1 to ");
  }

  @Test
  void whatIsNoYamlIsToldInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("config.yaml"), "model: {members: [1\n data: x");
    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessage(
            file
                + " line 2 column 6: while parsing a flow sequence, expected ',' or ']', but got :");
  }

  @Test
  void aSectionThatSaysNothingKeepsItsDefaults() throws IOException {
    Path file = Files.writeString(folder.resolve("config.yaml"), "training:\n#  steps: 5\n");
    assertThat(ConfigFile.read(file)).isEqualTo(FitConfig.DEFAULT);
  }
}
