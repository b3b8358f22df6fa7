package io.latentry.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.TermScale;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;

class ManifestJsonTest {
  /** To the last bit, and with NaN equal to itself. */
  private static final RecursiveComparisonConfiguration EXACT =
      RecursiveComparisonConfiguration.builder()
          .withComparatorForType(Double::compare, Double.class)
          .withComparatorForType(Float::compare, Float.class)
          .build();

  @Test
  void everyFieldSurvivesTheRoundTrip() {
    Manifest manifest = manifest();
    Manifest read = ArtifactJson.readManifest(ArtifactJson.write(manifest));
    assertThat(read).usingRecursiveComparison(EXACT).isEqualTo(manifest);
  }

  @Test
  void aManifestReadAndWrittenAgainHasTheSameBytes() {
    String json = ArtifactJson.write(manifest());
    assertThat(ArtifactJson.write(ArtifactJson.readManifest(json))).isEqualTo(json);
  }

  @Test
  void keysAreSnakeCaseAndEnumsLowerCase() {
    assertThat(ArtifactJson.write(manifest()))
        .contains("\"false_alarm_rate_upper_bound\"", "\"weighted_sum\"", "\"gaussian_tail\"");
  }

  @Test
  void anotherFormatVersionIsRefused() {
    String json =
        ArtifactJson.write(manifest()).replace("\"format_version\":1", "\"format_version\":9");
    assertThatThrownBy(() -> ArtifactJson.readManifest(json))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("format_version: 9 (expected: 1)");
  }

  @Test
  void theVersionIsTheOutermostObjectsWhereverItStands() {
    String json = ArtifactJson.write(manifest());
    String last = json.replace("\"format_version\":1,", "");
    last = last.substring(0, last.length() - 1) + ",\"later\":{\"format_version\":9}";
    assertThat(ArtifactJson.readManifest(last + ",\"format_version\":1}").modelId())
        .isEqualTo(manifest().modelId());
    String nineLast = last + ",\"format_version\":9}";
    assertThatThrownBy(() -> ArtifactJson.readManifest(nineLast))
        .hasMessageStartingWith("format_version: 9 (expected: 1)");
    String twice = json.substring(0, json.length() - 1) + ",\"format_version\":9}";
    assertThatThrownBy(() -> ArtifactJson.readManifest(twice))
        .hasMessageContaining("Duplicate field 'format_version'");
  }

  @Test
  void anArtifactFromBeforeCleaningAndLooksHasNone() {
    String json = ArtifactJson.write(manifest());
    String older = json.replaceFirst(",\"cleaning\":null,\"shadow_looks\":\\[]", "");
    assertThat(older).isNotEqualTo(json);
    Manifest.Provenance provenance = ArtifactJson.readManifest(older).provenance();
    assertThat(provenance.cleaning()).isNull();
    assertThat(provenance.shadowLooks()).isEmpty();
  }

  @Test
  void cleaningAndLooksSurviveTheRoundTrip() {
    Manifest.ShadowLook look = new Manifest.ShadowLook("abc", 10, 8, 2.5, 0.01);
    Manifest looked = manifest().withShadowLook(look).withShadowLook(look);
    assertThat(ArtifactJson.readManifest(ArtifactJson.write(looked)).provenance().shadowLooks())
        .containsExactly(look, look);
    assertThat(looked.modelId()).isEqualTo(manifest().modelId());
  }

  @Test
  void aNewThresholdKeepsTheOldOnes() {
    Threshold next = threshold(9, Threshold.Rule.MANUAL);
    Manifest moved = manifest().withThreshold(next);
    assertThat(moved.threshold().current()).isEqualTo(next);
    assertThat(moved.threshold().history())
        .containsExactly(
            threshold(1, Threshold.Rule.QUANTILE), threshold(2.5, Threshold.Rule.GAUSSIAN_TAIL));
  }

  @Test
  void ofManyOldThresholdsTheNewestAreKept() {
    Manifest moved = manifest();
    for (int move = 0; move < Manifest.Thresholds.KEPT + 20; move++) {
      moved = moved.withThreshold(threshold(10 + move, Threshold.Rule.MANUAL));
    }
    assertThat(moved.threshold().history())
        .hasSize(Manifest.Thresholds.KEPT)
        .startsWith(threshold(10 + 19, Threshold.Rule.MANUAL))
        .endsWith(threshold(10 + Manifest.Thresholds.KEPT + 18, Threshold.Rule.MANUAL));
    assertThat(moved.threshold().kept())
        .hasSize(Manifest.Thresholds.KEPT + 1)
        .endsWith(moved.threshold().current());
  }

  @Test
  void probesSurviveTheRoundTrip() {
    Probes probes =
        new Probes(
            List.of(
                new Probes.Probe(
                    new float[] {1.5f, Float.NaN}, new String[] {"", "x"}, 0.1, -2, Double.NaN)));
    assertThat(ArtifactJson.readProbes(ArtifactJson.write(probes)))
        .usingRecursiveComparison(EXACT)
        .isEqualTo(probes);
  }

  @Test
  void aThresholdThatNoFitWritesIsRefusedByName() {
    refusal("\"score\":2.5", "\"score\":\"Infinity\"")
        .hasMessageStartingWith("latentry.manifest.threshold.current: score: Infinity (expected:");
    refusal("\"score\":2.5", "\"score\":1e999").hasMessageContaining("score: Infinity");
    refusal("\"score\":2.5", "\"score\":-Infinity").hasMessageContaining("score: -Infinity");
    refusal("\"score\":2.5", "\"score\":\"NaN\"").hasMessageContaining("score: NaN");
    for (String rate : List.of("0", "-0.1", "1.5", "\"NaN\"")) {
      refusal("\"false_alarm_rate\":0.01", "\"false_alarm_rate\":" + rate)
          .hasMessageContaining(": false_alarm_rate: ")
          .hasMessageContaining("(expected: above 0, at most 1; model m-1)");
    }
    for (String bound : List.of("0", "1.01", "\"Infinity\"", "\"NaN\"")) {
      refusal("\"false_alarm_rate_upper_bound\":0.023", "\"false_alarm_rate_upper_bound\":" + bound)
          .hasMessageContaining(": false_alarm_rate_upper_bound: ");
    }
    refusal("\"calibration_rows\":412", "\"calibration_rows\":-7")
        .hasMessageContaining("calibration_rows: -7 (expected: at least 1");
  }

  @Test
  void aNullIsRefusedWhereverItStands() {
    refusal("\"red\":0.75", "\"red\":null")
        .hasMessageContaining("latentry.manifest.reference[].frequencies.red: missing");
    refusal("\"latentry\":\"0.1.0\"", "\"latentry\":null")
        .hasMessageContaining("latentry.manifest.provenance.versions.latentry: missing");
    refusal("[\"red\",\"green\"]", "[\"red\",null]").hasMessageStartingWith("latentry.manifest");
    refusal("[\"latent 3: collapsed\"]", "[null]").hasMessageStartingWith("latentry.manifest");
    refusal("[0.1,0.2]", "[0.1,null]").hasMessageStartingWith("latentry.manifest");
    refusal("\"config\":{\"seed\":42}", "\"config\":null").hasMessageContaining("config: missing");
  }

  /** Also where a constructor would have stumbled over it. */
  @Test
  void aRefusalShowsNoClassOfOurs() {
    Map<String, String> odd =
        Map.ofEntries(
            Map.entry("\"range\":[-1.0,2.0]", "\"range\":[null,2.0]"),
            Map.entry("\"columns\":[", "\"columns\":[null,"),
            Map.entry("\"left_out\":[", "\"left_out\":null,\"x\":["),
            Map.entry("[\"red\",\"green\"]", "null"),
            Map.entry("\"type\":\"numeric\"", "\"type\":null"),
            Map.entry("\"schema\":{", "\"schema\":null,\"x\":{"),
            Map.entry("\"transform\":\"asinh\"", "\"transform\":null"),
            Map.entry("\"combination\":\"weighted_sum\"", "\"combination\":{}"),
            Map.entry("\"reconstruction\":{", "\"reconstruction\":[1],\"x\":{"),
            Map.entry("\"missing\":\"impute\"", "\"missing\":7"),
            Map.entry("\"scores\":[0.1,0.2]", "\"scores\":{\"a\":1}"),
            Map.entry("\"scores\":[0.1", "\"scores\":[[]"),
            Map.entry("\"versions\":{", "\"versions\":[],\"x\":{"),
            Map.entry("\"shadow_looks\":[]", "\"shadow_looks\":[null]"),
            Map.entry("\"model_id\":\"m-1\"", "\"model_id\":{}"),
            Map.entry("\"calibration_rows\":412", "\"calibration_rows\":99999999999"),
            Map.entry("\"other_label_rows\":4", "\"other_label_rows\":}"),
            Map.entry("\"rows\":412", "\"rows\":[[[[["),
            Map.entry("\"members\":4", "\"members\":" + "[".repeat(1_000)));
    odd.forEach(
        (text, instead) ->
            refusal(text, instead)
                .as(instead)
                .hasMessageStartingWith("latentry.manifest")
                .hasMessageNotContainingAny(
                    "java.", "io.latentry", "com.fasterxml", "Exception", "Cannot invoke", "`"));
  }

  @Test
  void aSettingLeftToItsDefaultIsNull() {
    String json = ArtifactJson.write(manifest()).replace("{\"seed\":42}", "{\"seed\":null}");
    assertThat(ArtifactJson.readManifest(json).provenance().config()).containsKey("seed");
  }

  @Test
  void aNumberIsANumber() {
    refusal("\"format_version\":1", "\"format_version\":1.9")
        .hasMessage("latentry.manifest.format_version: 1.9 (expected: a whole number)");
    refusal("\"format_version\":1", "\"format_version\":\"1\"")
        .hasMessage(
            "latentry.manifest.format_version: none, or of another kind (expected: a whole"
                + " number)");
    refusal("\"calibration_rows\":412", "\"calibration_rows\":412.5")
        .hasMessageContaining("calibration_rows: 412.5 (expected: a whole number)");
    refusal("\"false_alarm_rate\":0.01", "\"false_alarm_rate\":\"0.01\"")
        .hasMessageContaining("false_alarm_rate: none, or of another kind (expected: a number)");
    refusal("[0.1,0.2]", "[0.1,\"0.2\"]").hasMessageStartingWith("latentry.manifest");
    refusal("\"healthy\":true", "\"healthy\":1").hasMessageStartingWith("latentry.manifest");
    refusal("\"rule\":\"gaussian_tail\"", "\"rule\":\"guessed\"")
        .hasMessageContaining("rule: guessed (expected: [quantile, gaussian_tail");
  }

  @Test
  void aTextForAListOfTextsIsToldInPlainWords() {
    String probes = ArtifactJson.write(new Probes(List.of(probe(1), probe(2))));
    for (String other : List.of("\"red\"", "1", "{}", "true")) {
      assertThatThrownBy(() -> ArtifactJson.readProbes(probes.replace("[\"red\"]", other)))
          .isInstanceOf(ArtifactException.class)
          .hasMessageStartingWith("latentry.probes.rows[].categorical: ")
          .hasMessageEndingWith(" (expected: a list)");
    }
  }

  @Test
  void aTextThatCouldBeReadInTwoWaysIsRefused() {
    refusal("\"healthy\":true", "\"healthy\":true,\"healthy\":false")
        .hasMessageContaining("Duplicate field 'healthy'");
    String json = ArtifactJson.write(manifest());
    assertThatThrownBy(() -> ArtifactJson.readManifest(json + json))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining(": something stands behind it (expected: nothing)");
  }

  @Test
  void probesAreCountedBeforeAnythingIsMadeOfThem() {
    String row = ArtifactJson.write(probe(1));
    String json = "{\"rows\":[" + (row + ",").repeat(1_000) + row + "]}";
    assertThatThrownBy(() -> ArtifactJson.readProbes(json))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("latentry.probes: more than 1000 rows (expected: at most");
    assertThat(ArtifactJson.readProbes(json.replaceFirst(Pattern.quote(row + ","), "")).rows())
        .hasSize(1_000);
  }

  @Test
  void probesProveSomething() {
    Schema schema = manifest().schema();
    Probes.Probe judged = probe(1);
    assertThatThrownBy(() -> new Probes(List.of(judged)).samples(schema))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("1 rows with a score (expected: at least 2");
    assertThatThrownBy(
            () -> new Probes(List.of(judged, probe(Double.NaN), probe(Double.NaN))).samples(schema))
        .hasMessageContaining("1 rows with a score (expected: at least 2");
    assertThatThrownBy(
            () ->
                new Probes(List.of(judged, judged, probe(Double.POSITIVE_INFINITY)))
                    .samples(schema))
        .hasMessageContaining("row 2, score: Infinity (expected: a finite number");
    assertThat(new Probes(List.of(judged, judged, probe(Double.NaN))).samples(schema).count())
        .isEqualTo(3);
  }

  @Test
  void thereIsAProbeForEachCategoryAndNoMore() {
    Schema schema = manifest().schema();
    int count = CategoryProbes.count(schema);
    assertThat(count).isPositive();
    List<Probes.Probe> rows = List.of(probe(1), probe(2));
    float[] right = new float[count];
    right[0] = Float.NaN;
    Probes probes = new Probes(rows, new CategoryProbes(right, right));
    assertThat(ArtifactJson.readProbes(ArtifactJson.write(probes)).samples(schema).count())
        .isEqualTo(2);
    assertThat(ArtifactJson.write(new Probes(rows))).doesNotContain("categories");
    float[] more = new float[count + 1];
    assertThatThrownBy(() -> new Probes(rows, new CategoryProbes(right, more)).samples(schema))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith(
            "latentry.probes.categories: %d values (expected: %d,", count + 1, count);
    float[] infinite = right.clone();
    infinite[count - 1] = Float.POSITIVE_INFINITY;
    assertThatThrownBy(() -> new Probes(rows, new CategoryProbes(infinite, right)).samples(schema))
        .hasMessageContaining("Infinity (expected: a finite number");
    String json = ArtifactJson.write(probes).replace("\"NaN\"", "null");
    assertThatThrownBy(() -> ArtifactJson.readProbes(json))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("latentry.probes");
  }

  private static Probes.Probe probe(double outcome) {
    return new Probes.Probe(new float[] {1}, new String[] {"red"}, outcome, outcome, outcome);
  }

  /** What is said of a manifest in which {@code text} is {@code instead}. */
  private static AbstractThrowableAssert<?, ? extends Throwable> refusal(
      String text, String instead) {
    String json = ArtifactJson.write(manifest());
    assertThat(json).contains(text);
    return assertThatThrownBy(
            () -> ArtifactJson.readManifest(json.replaceFirst(Pattern.quote(text), instead)))
        .isInstanceOf(ArtifactException.class);
  }

  private static Threshold threshold(double score, Threshold.Rule rule) {
    return new Threshold(score, rule, 0.01, 0.023, 412, "m-1", "fit");
  }

  private static Manifest.ReferenceDistribution term(String name) {
    return new Manifest.ReferenceDistribution(name, new float[] {-0.5f, 0.5f}, null, 0);
  }

  /** One that a fit could have written. */
  static Manifest manifest() {
    TermScale scale =
        new TermScale(TermScale.Normalization.ROBUST, -3.25, 0.5, TermScale.Transform.ASINH);
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "m-1",
        Schema.ordered(
            List.of(
                Column.numeric("weight", ColumnType.NUMERIC, MissingPolicy.IMPUTE, -1, 2),
                Column.categorical(
                    "colour", MissingPolicy.REJECT, UnseenPolicy.OTHER, List.of("red", "green"))),
            List.of(new LeftOutColumn("id", ColumnType.TEXT, "every value is unique"))),
        new Manifest.ModelSpec("plain", 4, 8, "neighbourhood", Map.of("beta", 0.1)),
        new Manifest.Calibration(
            new ScoreMix(ScoreMix.Combination.WEIGHTED_SUM, 0.2, scale, scale),
            new double[] {0.1, 0.2},
            412,
            "held-out"),
        new Manifest.Thresholds(
            threshold(2.5, Threshold.Rule.GAUSSIAN_TAIL),
            List.of(threshold(1, Threshold.Rule.QUANTILE))),
        List.of(
            new Manifest.ReferenceDistribution("weight", new float[] {-1, 2}, null, 0.25),
            new Manifest.ReferenceDistribution("colour", null, Map.of("red", 0.75), 0),
            term("reconstruction_term"),
            term("latent_term"),
            term("score")),
        List.of(
            new Manifest.ReferenceRow(
                17L, new float[] {1, Float.NaN}, new String[] {""}, new float[] {0.5f})),
        List.of(new Manifest.HistoryEntry("final", 25, 3e-3, 0.1, 4, 5, 6, Double.NaN)),
        new Manifest.Health(true, 7.5, new double[] {0.1, 2}, List.of("latent 3: collapsed")),
        List.of(new Manifest.Baseline("isolation_forest", 0.8, 0.9, 0.7)),
        new Manifest.Provenance(
            "abc",
            List.of("data.csv"),
            100,
            20,
            30,
            4L,
            5L,
            42L,
            Map.of("seed", 42),
            Map.of("latentry", "0.1.0"),
            "m-0",
            null,
            List.of(),
            null));
  }
}
