package io.latentry.pipeline.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.evaluation.Evaluation;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.plan.Planner;
import io.latentry.pipeline.score.EvaluatePipeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training rows without labels, some of which are gross anomalies. */
final class ContaminatedFitTest {
  private static final int NORMAL = 690;
  private static final int GROSS = 60;

  @TempDir private Path folder;

  /** Where the gross rows are. */
  private enum Kind {
    TOGETHER,
    SCATTERED,
    IN_TWO_COLUMNS,
    IN_TWO_COLUMNS_BY_FEW_VALUES
  }

  @Test
  void grossRowsAreNoticedWithExamplesAndWhatToDo() throws IOException {
    for (Kind kind : List.of(Kind.TOGETHER, Kind.SCATTERED, Kind.IN_TWO_COLUMNS)) {
      FitOutcome contaminated = fit(kind, GROSS, DataConfig.DEFAULT);
      assertThat(contaminated.notices())
          .filteredOn(notice -> notice.contains("far apart"))
          .singleElement()
          .asString()
          .startsWith("8.0 % of the normal rows lie far apart from the others (row ")
          .contains(" (usual: ", "fit with --clean");
      assertThat(recall(contaminated, kind).recall().estimate()).isLessThan(0.5);
    }
    assertThat(fit(Kind.TOGETHER, 0, DataConfig.DEFAULT).notices())
        .noneMatch(notice -> notice.contains("apart"));
  }

  @Test
  void aPlanTellsOfThemAsTheFitDoes() throws IOException {
    FitOutcome contaminated = fit(Kind.TOGETHER, GROSS, DataConfig.DEFAULT);
    String told =
        contaminated.notices().stream()
            .filter(notice -> notice.contains("far apart"))
            .findFirst()
            .orElseThrow();

    assertThat(plan(DataConfig.DEFAULT)).contains(told);
    assertThat(plan(DataConfig.DEFAULT.toBuilder().clean(true).build()))
        .noneMatch(problem -> problem.contains("far apart"));
  }

  private List<String> plan(DataConfig data) {
    return new Planner(Progress.QUIET)
        .plan(
            List.of(folder.resolve("train.csv").toString()),
            StandardInput.streamed(InputStream.nullInputStream()),
            Fits.quick(data))
        .problems();
  }

  @Test
  void cleanedOfGrossRowsTheFitFindsTheirLikeAndKeepsItsPromise() throws IOException {
    for (Kind kind : List.of(Kind.TOGETHER, Kind.SCATTERED, Kind.IN_TWO_COLUMNS)) {
      FitOutcome cleaned = fit(kind, GROSS, DataConfig.DEFAULT.toBuilder().clean(true).build());
      assertThat(cleaned.notices())
          .contains(
              "cleaning: 60 of 750 normal rows lie far apart from the others and are left out"
                  + " everywhere, in calibration too");
      assertThat(cleaned.manifest().calibration().rows()).isEqualTo(NORMAL);
      assertThat(cleaned.manifest().provenance().cleaning().strangest().get(0).reason())
          .startsWith("far apart; ");
      Evaluation fresh = recall(cleaned, kind);
      assertThat(fresh.recall().estimate()).isGreaterThan(0.9);
      assertThat(fresh.falseAlarmRate().low())
          .isLessThan(cleaned.manifest().threshold().current().falseAlarmRateUpperBound());
    }
  }

  @Test
  void rowsThatAreOffInAFewColumnsByFewValuesDoNotCalibrateACleanedFit() throws IOException {
    FitOutcome cleaned =
        fit(
            Kind.IN_TWO_COLUMNS_BY_FEW_VALUES,
            GROSS,
            DataConfig.DEFAULT.toBuilder().clean(true).build());

    assertThat(cleaned.notices()).anyMatch(notice -> notice.endsWith("do not calibrate"));
    Evaluation fresh = recall(cleaned, Kind.IN_TWO_COLUMNS_BY_FEW_VALUES);
    assertThat(fresh.recall().estimate()).isGreaterThan(0.9);
    assertThat(fresh.falseAlarmRate().low())
        .isLessThan(cleaned.manifest().threshold().current().falseAlarmRateUpperBound());
  }

  private FitOutcome fit(Kind kind, int gross, DataConfig data) throws IOException {
    List<String> lines = lines(kind, NORMAL, gross, 1, "");
    lines.add(0, "a,b,c,d");
    Path file = Files.write(folder.resolve("train.csv"), lines);
    return Fits.fit(file, Fits.quick(data), folder.resolve("model.onnx"));
  }

  private Evaluation recall(FitOutcome fit, Kind kind) throws IOException {
    List<String> lines = lines(kind, 1_500, 0, 2, ",ok");
    lines.addAll(lines(kind, 0, 100, 3, ",bad"));
    lines.add(0, "a,b,c,d,label");
    Path file = Files.write(folder.resolve("fresh.csv"), lines);
    return new EvaluatePipeline(Progress.QUIET)
        .evaluate(fit.model(), Fits.scoring(file, 0), "label", Optional.of("ok"))
        .evaluation();
  }

  private static double off(Kind kind, SplittableRandom random) {
    return kind == Kind.IN_TWO_COLUMNS_BY_FEW_VALUES
        ? 2 * random.nextInt(5)
        : 8 * random.nextDouble();
  }

  /**
   * Normal rows near a plane; gross ones eight deviations off, in one place or in all directions.
   */
  private static List<String> lines(Kind kind, int normal, int gross, long seed, String end) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < normal + gross; i++) {
      double u = random.nextGaussian();
      double[] values = {u, random.nextGaussian(), u + 0.5 * random.nextGaussian(), 0};
      values[3] = values[1] - 0.5 * random.nextGaussian();
      // One in twelve or so, from the first to the last.
      boolean isGross =
          gross > 0
              && (long) (i + 1) * gross / (normal + gross) > (long) i * gross / (normal + gross);
      lines.add(
          IntStream.range(0, 4)
                  .mapToDouble(
                      j ->
                          !isGross
                                  || (kind == Kind.IN_TWO_COLUMNS && j > 1)
                                  || (kind == Kind.IN_TWO_COLUMNS_BY_FEW_VALUES && j > 1)
                              ? values[j]
                              : kind == Kind.TOGETHER
                                  ? 8 + 0.5 * values[j]
                                  : (random.nextBoolean() ? 1 : -1) * (6 + off(kind, random)))
                  .mapToObj(String::valueOf)
                  .collect(Collectors.joining(","))
              + end);
    }
    return lines;
  }
}
