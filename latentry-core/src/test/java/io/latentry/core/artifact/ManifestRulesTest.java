package io.latentry.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.preprocessing.NumericScale;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestRulesTest {
  private static final String NOVELTY =
      "{\"policy\":\"anomaly\",\"surprise\":5.0,\"rows\":40,\"limits\":[-1.0,2.0],\"whole\":false,"
          + "\"given\":false,\"twin\":null,\"lacking\":3}";

  @Test
  void whatAFitWritesIsTaken() {
    assertThatCode(() -> ManifestRules.require(ArtifactJson.readManifest(json())))
        .doesNotThrowAnyException();
    assertThat(json()).contains(NOVELTY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"score\":2.5 | \"score\":1e39 | threshold.score: 1.0E39 (expected: a finite float32",
        "\"score\":2.5 | \"score\":-1e308 | threshold.score: -1.0E308",
        "\"score\":1.0 | \"score\":1e308 | threshold.score: 1.0E308",
        "\"false_alarm_rate\":0.01 | \"false_alarm_rate\":1 | false_alarm_rate: 1.0 (expected: below 1",
        "\"rule\":\"gaussian_tail\",\"false_alarm_rate\":0.01 |"
            + " \"rule\":\"manual\",\"false_alarm_rate\":0.5 | upper_bound: 0.023 (expected: no less",
        "\"calibration_rows\":412 | \"calibration_rows\":40 | threshold.calibration_rows: 40 (expected: 412",
        "\"model_id\":\"m-1\",\"schema\" | \"model_id\":\" \",\"schema\" | model_id: 1 characters",
        "\"members\":4 | \"members\":0 | model.members: 0 (expected: at least 1",
        "\"latent\":8 | \"latent\":-8 | model.latent: -8",
        "\"rows\":40 | \"rows\":-1 | novelty.rows: -1 (expected: at least 1",
        "\"rows\":40 | \"rows\":2 | novelty.lacking: 3 (expected: 0 to 2",
        "\"limits\":[-1.0,2.0] | \"limits\":[-1.0,\"Infinity\"] | novelty.limits: Infinity",
        "\"limits\":[-1.0,2.0] | \"limits\":[-1e39,2.0] | novelty.limits: -1.0E39",
        "\"categories\":[\"red\",\"green\"] | \"categories\":[\"red\",\"\"] | categories: '' (expected: none",
        "\"range\":null,\"categories\":[\"red\",\"green\"] | \"range\":[0,1],\"categories\":[\"red\"] | a range",
        "\"range\":[-1.0,2.0],\"categories\":[] | \"range\":[-1.0,2.0],\"categories\":[\"x\"] | 1 categories",
        "\"scores\":[0.1,0.2] | \"scores\":[0.1,1e39] | calibration.scores: 1.0E39",
        "\"center\":-3.25 | \"center\":1e300 | calibration.mix.reconstruction.center: 1.0E300",
        "\"spread\":0.5 | \"spread\":1e300 | calibration.mix.reconstruction.spread",
        "\"name\":\"weight\",\"values\" | \"name\":\"height\",\"values\" | reference: of 5 quantities",
        "\"values\":[-1.0,2.0] | \"values\":[2.0,-1.0] | reference 'weight', values: -1.0 (expected: ascending",
        "\"values\":[-1.0,2.0] | \"values\":[-1.0,1e39] | reference 'weight', values: Infinity",
        "\"values\":[-1.0,2.0] | \"values\":null | reference 'weight': frequencies",
        "\"frequencies\":{\"red\":0.75} | \"frequencies\":{\"red\":1.75} | frequencies: 1.75 (expected: 0 to 1",
        "\"frequencies\":{\"red\":0.75} | \"frequencies\":{\"a\":0.75,\"b\":0.5} | 1.25 in all",
        "\"missing_share\":0.25 | \"missing_share\":-0.25 | missing_share: -0.25 (expected: 0 to 1",
        "\"missing_share\":0.25 | \"missing_share\":\"NaN\" | missing_share: NaN (expected: 0 to 1",
        "\"row\":17 | \"row\":-17 | normals.row: -17 (expected: at least 0",
        "\"latent_mean\":[0.5] | \"latent_mean\":[\"NaN\"] | normals.latent_mean: NaN",
        "\"numeric\":[1.0, | \"numeric\":[1e39, | normals.numeric: Infinity",
        "\"step\":25 | \"step\":-25 | history.step: -25",
        "\"learning_rate\":0.003 | \"learning_rate\":\"NaN\" | history.learning_rate: NaN",
        "\"train_kl\":5.0 | \"train_kl\":1e999 | history.train_kl: Infinity",
        "\"active_units\":7.5 | \"active_units\":-7.5 | health.active_units: -7.5",
        "\"kl_per_dimension\":[0.1 | \"kl_per_dimension\":[1e999 | health.kl_per_dimension",
        "\"perturbation_auroc\":0.8 | \"perturbation_auroc\":8 | baselines.perturbation_auroc: 8.0",
        "\"agreement\":0.7 | \"agreement\":-7 | baselines.agreement: -7.0",
        "\"training_rows\":100 | \"training_rows\":-1 | provenance.training_rows: -1",
        "\"unusable_rows\":5 | \"unusable_rows\":-5 | provenance.unusable_rows: -5",
        "\"found\":8 | \"found\":18 | shadow_looks.found: 18 (expected: 0 to 10",
        "\"threshold\":2.25 | \"threshold\":1e39 | shadow_looks.threshold",
        "\"by_forest\":2 | \"by_forest\":-2 | provenance.cleaning: -2",
        "\"robust_scale\":0.5 | \"robust_scale\":0 | scales.robust_scale: 0.0 (expected: finite, above 0",
        "\"standard_deviation\":2.0 | \"standard_deviation\":-2 | scales.standard_deviation: -2.0",
        "\"generation\":3 | \"generation\":0 | lineage.generation: 0",
        "\"middle\":0.25 | \"middle\":\"NaN\" | lineage.columns.middle: NaN",
      })
  void aValueThatNoFitWritesIsRefusedByName(String text, String instead, String reason) {
    String json = json();
    assertThat(json).contains(text.strip());
    Manifest changed =
        ArtifactJson.readManifest(
            json.replaceFirst(
                Pattern.quote(text.strip()), Matcher.quoteReplacement(instead.strip())));
    assertThatThrownBy(() -> ManifestRules.require(changed))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining(reason.strip())
        .hasMessageEndingWith("; fit again");
  }

  private static String json() {
    Manifest plain = ManifestJsonTest.manifest();
    Column watched =
        plain
            .schema()
            .columns()
            .get(0)
            .with(
                new Novelty(
                    NoveltyPolicy.ANOMALY, 5, 40, List.of(-1.0, 2.0), false, false, null, 3L));
    Column colour =
        Column.categorical(
            "colour", MissingPolicy.REJECT, UnseenPolicy.OTHER, List.of("red", "green"));
    assertThat(watched.type()).isEqualTo(ColumnType.NUMERIC);
    Manifest.Provenance p = plain.provenance();
    Manifest whole =
        new Manifest(
            plain.formatVersion(),
            plain.modelId(),
            Schema.ordered(List.of(watched, colour), List.of()),
            plain.model(),
            plain.calibration(),
            plain.threshold(),
            plain.reference(),
            plain.normals(),
            plain.history(),
            plain.health(),
            plain.baselines(),
            new Manifest.Provenance(
                p.dataDigest(),
                p.dataFiles(),
                p.trainingRows(),
                p.validationRows(),
                p.calibrationRows(),
                p.otherLabelRows(),
                p.unusableRows(),
                p.seed(),
                p.config(),
                p.versions(),
                p.parentModelId(),
                new Manifest.Cleaning(
                    9, 3, 2, 1, List.of(new Manifest.LeftOutRow(7, "far from all others"))),
                List.of(new Manifest.ShadowLook("abc", 10, 8, 2.25, 0.01)),
                null),
            null,
            List.of(new NumericScale(1, 2, 1, 0.5f, 0, 1, true)),
            new Manifest.Lineage(
                "m-0",
                3,
                List.of(new Manifest.OriginColumn("weight", 0.25, 0.5)),
                null,
                null,
                20,
                "promote",
                List.of()),
            null);
    return ArtifactJson.write(whole);
  }
}
