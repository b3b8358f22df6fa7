package io.latentry.pipeline.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.CategoryProbes;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.ingest.table.Table;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.sample.SampleData;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FitPipelineTest {
  private static final DataConfig LABELLED = Fits.labelled("label", "ok");

  @TempDir private Path folder;

  @Test
  void theDefaultDetectorTellsMalignantFromBenign() throws IOException {
    Path data = folder.resolve("wdbc.csv");
    SampleData.BREAST_CANCER.copyTo(data);
    Path model = folder.resolve("model.onnx");

    FitOutcome outcome =
        Fits.fit(data, FitConfig.DEFAULT.withData(Fits.labelled("diagnosis", "benign")), model);

    assertThat(Fits.evaluate(model, data, "diagnosis").evaluation().auroc().estimate())
        .isGreaterThan(0.95);
    assertThat(outcome.rowsRead()).isEqualTo(569);
    assertThat(outcome.manifest().provenance().otherLabelRows()).isEqualTo(212);
    assertThat(outcome.bytes()).isEqualTo(Files.size(model));
  }

  @Test
  void ofManyRowsASampleIsLookedAt() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(6_000, 60, 1));
    Path fresh = Synthetic.write(folder.resolve("fresh.csv"), Synthetic.lines(500, 200, 2));
    Path model = folder.resolve("model.onnx");

    FitOutcome outcome =
        Fits.fit(data, Fits.quick(LABELLED.toBuilder().sampleRows(2_000).build()), model);

    Manifest.Provenance provenance = outcome.manifest().provenance();
    assertThat(outcome.rowsRead()).isEqualTo(6_060);
    assertThat(outcome.rowsLooked()).isEqualTo(2_000);
    assertThat(provenance.sampledFrom()).isEqualTo(6_060);
    assertThat(
            provenance.trainingRows() + provenance.validationRows() + provenance.otherLabelRows())
        .isEqualTo(2_000);
    assertThat(outcome.notices())
        .anySatisfy(n -> assertThat(n).startsWith("2,000 of the 6,060 rows are looked at"));
    assertThat(Fits.evaluate(model, fresh, "label").evaluation().auroc().estimate())
        .isGreaterThan(0.8);
  }

  @Test
  void aSampleOfTooFewRowsIsRefused() {
    assertThatThrownBy(() -> LABELLED.toBuilder().sampleRows(999).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sample_rows: 999 (expected: at least 1000, or 0 for every row)");
  }

  @Test
  void theDefaultDetectorTellsPenguinSpeciesApart() throws IOException {
    Path data = folder.resolve("penguins.csv");
    SampleData.PENGUINS.copyTo(data);
    Path model = folder.resolve("model.onnx");

    Fits.fit(data, FitConfig.DEFAULT.withData(Fits.labelled("species", "Adelie")), model);

    assertThat(Fits.evaluate(model, data, "species").evaluation().auroc().estimate())
        .isGreaterThan(0.95);
  }

  @Test
  void brokenTiesBetweenColumnsAreFoundOnFreshRows() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(3_000, 0, 1));
    Path fresh = Synthetic.write(folder.resolve("fresh.csv"), Synthetic.lines(500, 200, 2));
    Path model = folder.resolve("model.onnx");

    Manifest manifest = Fits.fit(data, Fits.quick(LABELLED), model).manifest();

    assertThat(Fits.evaluate(model, fresh, "label").evaluation().auroc().estimate())
        .isGreaterThan(0.85);
    assertThat(manifest.calibration().method()).isEqualTo("held-out");
    assertThat(manifest.calibration().rows()).isEqualTo(750);
    assertThat(manifest.history())
        .extracting(Manifest.HistoryEntry::fold)
        .containsOnly("1", "final");
    assertThat(manifest.provenance().trainingRows() + manifest.provenance().validationRows())
        .as("rows that the final model knows")
        .isEqualTo(3_000);
  }

  @Test
  void fewRowsAreCalibratedByCrossValidation() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(300, 40, 1));

    Manifest manifest = fit(data, Fits.quick(LABELLED)).manifest();

    assertThat(manifest.calibration().method()).isEqualTo("cross-validated");
    assertThat(manifest.calibration().rows()).isEqualTo(300);
    assertThat(manifest.calibration().scores()).hasSize(300).isSorted().doesNotContain(Double.NaN);
    assertThat(manifest.history())
        .extracting(Manifest.HistoryEntry::fold)
        .contains("1", "2", "3", "4", "5", "final");
  }

  @Test
  void withATimeColumnTheLatestRowsCalibrate() throws IOException {
    List<String> lines = Synthetic.lines(2_000, 0, 1);
    // The latest quarter is far off: only a split by time puts all of it into calibration.
    List<String> shifted = new ArrayList<>(lines.subList(0, 1_501));
    lines
        .subList(1_501, 2_001)
        .forEach(line -> shifted.add("9" + line.substring(line.indexOf('.'))));
    Path data = Synthetic.write(folder.resolve("train.csv"), shifted);

    Manifest manifest = fit(data, Fits.quick(Fits.data("label", "ok", List.of(), "at"))).manifest();

    double max =
        manifest.schema().columns().stream()
            .filter(c -> c.name().equals("a"))
            .findFirst()
            .orElseThrow()
            .max();
    assertThat(manifest.normals()).allSatisfy(row -> assertThat(row.row()).isLessThan(1_700));
    assertThat(manifest.calibration().rows()).isEqualTo(500);
    assertThat(max).isGreaterThan(8);
    Manifest shuffled = fit(data, Fits.quick(LABELLED)).manifest();
    assertThat(smallestLatentTerm(manifest))
        .as("held-out rows that are all far off")
        .isGreaterThan(smallestLatentTerm(shuffled) + 1);
  }

  private static double smallestLatentTerm(Manifest manifest) {
    return manifest.reference().stream()
        .filter(r -> r.name().equals("latent_term"))
        .mapToDouble(r -> java.util.Objects.requireNonNull(r.values())[0])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anAlarmBudgetBecomesARate() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(300, 0, 1));
    CalibrationConfig d = CalibrationConfig.DEFAULT;
    CalibrationConfig budget =
        new CalibrationConfig(
            d.normalization(),
            d.transform(),
            d.combination(),
            null,
            d.thresholdRule(),
            null,
            5.0,
            100.0);

    Manifest manifest = fit(data, Fits.quick(LABELLED).withCalibration(budget)).manifest();

    assertThat(manifest.threshold().current().falseAlarmRate()).isLessThanOrEqualTo(0.05);
    assertThat(manifest.threshold().current().falseAlarmRate()).isGreaterThan(0.04);
  }

  @Test
  void aRateThatTheRowsCannotSupportIsRefusedBeforeTraining() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(50, 0, 1));
    FitConfig config =
        Fits.quick(LABELLED).withCalibration(CalibrationConfig.DEFAULT.withFalseAlarmRate(0.01));

    assertThatThrownBy(() -> fit(data, config))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("normalScores: 50 rows (expected: >= 99 for falseAlarmRate 0.01)");
    assertThat(left()).containsExactly("train.csv");
  }

  @Test
  void theDefaultRateIsRelaxedWithANotice() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(50, 0, 1));

    FitOutcome outcome = fit(data, Fits.quick(LABELLED));

    assertThat(outcome.manifest().threshold().current().falseAlarmRate()).isGreaterThan(0.01);
    assertThat(outcome.notices()).anySatisfy(n -> assertThat(n).contains("0.01"));
  }

  @Test
  void whatOtherLabelsHoldReachesNoLearnedValue() throws IOException {
    List<String> lines = Synthetic.lines(200, 30, 1);
    Path usual = Synthetic.write(folder.resolve("usual.csv"), lines);
    List<String> absurd = new ArrayList<>(lines.subList(0, 201));
    for (int i = 0; i < 30; i++) {
      absurd.add("1e30,-7e20,4e9,1e12,99999999,true,1980-01-01T00:00:00Z,never" + i + ",bad");
    }
    Path planted = Synthetic.write(folder.resolve("planted.csv"), absurd);

    Manifest first = Fits.fit(usual, Fits.quick(LABELLED), folder.resolve("1.onnx")).manifest();
    Manifest second = Fits.fit(planted, Fits.quick(LABELLED), folder.resolve("2.onnx")).manifest();

    assertThat(second.modelId()).isEqualTo(first.modelId());
    assertThat(second.schema()).isEqualTo(first.schema());
    assertThat(second.threshold()).isEqualTo(first.threshold());
    assertThat(second.calibration().scores()).isEqualTo(first.calibration().scores());
  }

  @Test
  void theSameSeedGivesTheSameFileAndAnotherSeedAnother() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(200, 10, 1));
    Path one = folder.resolve("one.onnx");
    Path two = folder.resolve("two.onnx");
    Path three = folder.resolve("three.onnx");

    Fits.fit(data, Fits.quick(LABELLED), one);
    Fits.fit(data, Fits.quick(LABELLED), two);
    Fits.fit(data, Fits.quick(LABELLED).withSeed(1), three);

    assertThat(two).hasSameBinaryContentAs(one);
    assertThat(Files.mismatch(one, three)).isNotNegative();
  }

  @Test
  void aWarmStartBeginsWhereItsParentEndedAndNamesIt() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(1_200, 0, 1));
    Path parent = folder.resolve("parent.onnx");
    Manifest first = Fits.fit(data, Fits.quick(LABELLED), parent).manifest();

    Manifest second =
        new FitPipeline(Progress.QUIET)
            .fit(warm(data, parent, folder.resolve("child.onnx")))
            .manifest();

    assertThat(second.provenance().parentModelId()).isEqualTo(first.modelId());
    assertThat(second.history().get(0).validationReconstruction())
        .isLessThan(first.history().get(0).validationReconstruction());
    assertThat(first.provenance().parentModelId()).isNull();
  }

  @Test
  void aParentThatIsReplacedWhileTheDataAreReadIsMixedWithNoOther() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(150, 0, 1));
    Path parent = folder.resolve("parent.onnx");
    Path other = folder.resolve("other.onnx");
    String id = Fits.fit(data, Fits.quick(LABELLED), parent).manifest().modelId();
    Fits.fit(data, Fits.quick(LABELLED).withSeed(1), other);
    Path undisturbed = folder.resolve("undisturbed.onnx");
    new FitPipeline(Progress.QUIET).fit(warm(data, parent, undisturbed));
    Progress replacing =
        new Progress() {
          @Override
          public void stage(String name) {
            if (name.startsWith("reading")) {
              replace(parent, other);
            }
          }
        };
    Path disturbed = folder.resolve("disturbed.onnx");

    Manifest manifest = new FitPipeline(replacing).fit(warm(data, parent, disturbed)).manifest();

    assertThat(manifest.provenance().parentModelId()).isEqualTo(id);
    assertThat(disturbed).hasSameBinaryContentAs(undisturbed);
  }

  private static void replace(Path file, Path by) {
    try {
      Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FitRequest warm(Path data, Path parent, Path target) {
    FitRequest fresh = Fits.request(data, Fits.quick(LABELLED), target);
    return new FitRequest(
        fresh.data(), fresh.input(), fresh.config(), target, Optional.of(parent), Optional.empty());
  }

  @Test
  void aTargetThatCannotBeWrittenIsToldBeforeTheDataIsRead() throws IOException {
    Path missing = folder.resolve("nowhere").resolve("model.onnx");
    Path directory = Files.createDirectory(folder.resolve("model.onnx"));

    assertThatThrownBy(() -> Fits.fit(folder.resolve("none.csv"), Fits.quick(LABELLED), missing))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("make it first");
    assertThatThrownBy(() -> Fits.fit(folder.resolve("none.csv"), Fits.quick(LABELLED), directory))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void aLabelThatNoRowHasIsRefusedWithThoseThatThereAre() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(40, 5, 1));

    assertThatThrownBy(() -> fit(data, Fits.quick(Fits.labelled("label", "fine"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'fine'")
        .hasMessageContaining("ok")
        .hasMessageContaining("bad");
  }

  @Test
  void aFitLeavesTheModelAndTheReportAndNothingElse() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(120, 10, 1));
    FitRequest plain = Fits.request(data, Fits.quick(LABELLED), folder.resolve("model.onnx"));

    FitOutcome outcome =
        new FitPipeline(Progress.QUIET)
            .fit(
                new FitRequest(
                    plain.data(),
                    plain.input(),
                    plain.config(),
                    plain.target(),
                    Optional.empty(),
                    Optional.of(folder.resolve("report.html"))));

    assertThat(left()).containsExactly("model.onnx", "report.html", "train.csv");
    assertThat(outcome.report()).contains(folder.resolve("report.html"));
  }

  @Test
  void everyCategoryHasAProbeHoweverManyThereAre() throws IOException {
    List<String> lines = new ArrayList<>(List.of("a,b,kind,side,label"));
    for (int i = 0; i < 2_400; i++) {
      lines.add("%d.5,%d,k%d,s%d,ok".formatted(i % 7, i % 11, i % 1_100, i % 3));
    }
    Path model = folder.resolve("model.onnx");
    Path data = Synthetic.write(folder.resolve("train.csv"), lines);
    FitOutcome unused = Fits.fit(data, Fits.quick(LABELLED), model);
    try (Scorer scorer = Scorer.open(model)) {
      Schema schema = scorer.manifest().schema();
      int many = schema.categorical(0).categories().size();
      assertThat(many).isEqualTo(Table.CATEGORIES_AT_MOST);
      CategoryProbes probes = Optional.ofNullable(scorer.probes().categories()).orElseThrow();
      Rows shown =
          CategoryProbes.rows(schema, scorer.probes().firstJudged().orElseThrow(), 0, many);
      assertThat(List.of(shown.categorical())).containsAll(schema.categorical(0).categories());
      assertThat(List.of(shown.categorical())).containsAll(schema.categorical(1).categories());
      float[] judged = scorer.score(shown, EnumSet.of(Output.SCORE)).values(Output.SCORE);
      assertThat(judged).containsExactly(probes.score(), within(1e-3f));
      Rows unseen = Rows.of(schema, many, shown.numeric(), unseen(shown));
      float[] other = scorer.score(unseen, EnumSet.of(Output.SCORE)).values(Output.SCORE);
      for (int k = 0; k < many; k++) {
        assertThat(Math.abs(other[k] - judged[k])).as("%d", k).isGreaterThan(0.01f);
      }
    }
  }

  private static String[] unseen(Rows rows) {
    return Arrays.stream(rows.categorical())
        .map(category -> category.startsWith("k") ? "no such" : category)
        .toArray(String[]::new);
  }

  private FitOutcome fit(Path data, FitConfig config) {
    return Fits.fit(data, config, folder.resolve("model.onnx"));
  }

  private List<String> left() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().collect(Collectors.toList());
    }
  }
}
