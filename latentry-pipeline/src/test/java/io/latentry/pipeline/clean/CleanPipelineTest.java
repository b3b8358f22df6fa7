package io.latentry.pipeline.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.LatentTermKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last 20 rows are planted: the marginals of the others, the ties between columns broken. */
class CleanPipelineTest {
  private static final int NORMAL = 400;
  private static final int PLANTED = 20;
  private static final FitConfig QUICK = cheap(Fits.data(null, null, List.of("label", "at"), null));

  @TempDir Path folder;

  /** Without stored codes, whose search takes longest. */
  private static FitConfig cheap(DataConfig data) {
    FitConfig quick = Fits.quick(data);
    return quick.withModel(
        quick.model().toBuilder().latentTerm(LatentTermKind.KL).hidden(List.of(32)).build());
  }

  @Test
  void plantedRowsAreFoundAndMostNormalOnesStay() throws IOException {
    CleanPipeline.Outcome outcome = clean(CleanConfig.DEFAULT, QUICK);
    Set<Integer> dropped = rows(outcome);
    long found = dropped.stream().filter(row -> row >= NORMAL).count();
    assertThat(found).isGreaterThan(PLANTED * 2 / 3);
    assertThat(dropped.size() - found).isLessThan(NORMAL / 10);
    assertThat(outcome.judged() - outcome.dropped()).isEqualTo(NORMAL + PLANTED - dropped.size());
    assertThat(outcome.learnedFrom()).isEqualTo(NORMAL + PLANTED);
  }

  @Test
  void theVaeFindsBrokenTiesThatTheForestCannotSee() throws IOException {
    CleanPipeline.Outcome forest =
        clean(new CleanConfig(CleanConfig.Method.FOREST, null, 1), QUICK);
    CleanPipeline.Outcome both = clean(CleanConfig.DEFAULT, QUICK);
    assertThat(planted(both)).isGreaterThan(planted(forest));
    assertThat(forest.byVae()).isZero();
  }

  @Test
  void aGrossOutlierIsFoundByTheForestWithItsColumn() throws IOException {
    List<String> lines = Synthetic.lines(NORMAL, 0, 3);
    lines.set(8, "900,-800,700,0,-600,true,2024-03-04T08:00:00Z,low,ok");
    CleanPipeline.Outcome outcome =
        clean(new CleanConfig(CleanConfig.Method.FOREST, null, 1), QUICK, lines);
    assertThat(outcome.strangest().get(0).row()).isEqualTo(7);
    Cleaning.DroppedRow strangest = outcome.strangest().get(0).why();
    assertThat(strangest.byForest()).isTrue();
    assertThat(strangest.reason()).contains("isolation forest").contains("a is 900");
    assertThat(strangest.usual()).startsWith("-");
  }

  @Test
  void aShareIsKeptToTheRow() throws IOException {
    CleanConfig tenth = new CleanConfig(CleanConfig.Method.BOTH, 0.1, 1);
    assertThat(clean(tenth, QUICK).dropped()).isEqualTo(42);
  }

  @Test
  void theSeedDecides() throws IOException {
    CleanConfig once = new CleanConfig(CleanConfig.Method.BOTH, null, 1);
    List<CleanPipeline.Dropped> first = clean(once, QUICK).strangest();
    assertThat(clean(once, QUICK).strangest()).isEqualTo(first);
    assertThat(clean(once, QUICK.withSeed(5)).strangest()).isNotEqualTo(first);
  }

  @Test
  void theCleanTableHasTheOtherRowsAsTheyStood() throws IOException {
    CleanPipeline.Outcome outcome = clean(CleanConfig.DEFAULT, QUICK);
    List<String> lines = Synthetic.lines(NORMAL, PLANTED, 3);
    Set<Integer> dropped = rows(outcome);
    List<String> expected = new ArrayList<>();
    expected.add(lines.get(0));
    IntStream.range(0, NORMAL + PLANTED)
        .filter(row -> !dropped.contains(row))
        .forEach(row -> expected.add(lines.get(row + 1)));
    assertThat(folder.resolve("clean.csv")).hasContent(String.join("\n", expected));
    assertThat(Files.readAllLines(folder.resolve("dropped.csv"))).hasSize(dropped.size() + 1);
  }

  @Test
  void rowsWithAnotherLabelAreNotJudgedAndStay() throws IOException {
    FitConfig labelled = cheap(Fits.data("label", "ok", List.of("at"), null));
    CleanPipeline.Outcome outcome =
        clean(new CleanConfig(CleanConfig.Method.FOREST, 0.4, 1), labelled);
    assertThat(outcome.notJudged()).isEqualTo(PLANTED);
    assertThat(Files.readAllLines(folder.resolve("clean.csv")))
        .filteredOn(line -> line.endsWith("bad"))
        .hasSize(PLANTED);
  }

  @Test
  void anUnreadableRowIsCountedAndNotWritten() throws IOException {
    List<String> lines = Synthetic.lines(100, 0, 3);
    lines.add("1,2,3");
    CleanPipeline.Outcome outcome =
        clean(new CleanConfig(CleanConfig.Method.FOREST, null, 1), QUICK, lines);
    assertThat(outcome.unreadable()).isEqualTo(1);
    assertThat(outcome.notJudged()).isEqualTo(1);
  }

  @Test
  void aSampleThatHoldsEveryRowChangesNothing() throws IOException {
    List<String> lines = Synthetic.lines(1_000, 50, 3);
    CleanPipeline.Outcome every = clean(CleanConfig.DEFAULT, sampling(0), lines);
    byte[] clean = Files.readAllBytes(folder.resolve("clean.csv"));
    byte[] dropped = Files.readAllBytes(folder.resolve("dropped.csv"));
    assertThat(clean(CleanConfig.DEFAULT, sampling(1_050), lines)).isEqualTo(every);
    assertThat(folder.resolve("clean.csv")).hasBinaryContent(clean);
    assertThat(folder.resolve("dropped.csv")).hasBinaryContent(dropped);
  }

  @Test
  void rowsThatNoJudgeLearnedFromAreJudgedByTheSameRules() throws IOException {
    List<String> lines = Synthetic.lines(3_000, 150, 3);
    CleanPipeline.Outcome outcome = clean(CleanConfig.DEFAULT, sampling(1_000), lines);
    assertThat(outcome.learnedFrom()).isEqualTo(1_000);
    assertThat(outcome.judged()).isEqualTo(3_150);
    Set<Integer> dropped = rows(outcome);
    long found = dropped.stream().filter(row -> row >= 3_000).count();
    assertThat(found).isGreaterThan(150 * 2 / 3);
    assertThat(dropped.size() - found).isLessThan(300);
    assertThat(outcome.dropped()).isEqualTo(dropped.size());
    List<String> expected = new ArrayList<>();
    expected.add(lines.get(0));
    IntStream.range(0, 3_150)
        .filter(row -> !dropped.contains(row))
        .forEach(row -> expected.add(lines.get(row + 1)));
    assertThat(folder.resolve("clean.csv")).hasContent(String.join("\n", expected));
    assertThat(
            Files.readAllLines(folder.resolve("dropped.csv")).stream()
                .skip(1)
                .map(line -> Integer.valueOf(line.substring(0, line.indexOf(',')))))
        .containsExactlyElementsOf(dropped.stream().sorted().toList());
    byte[] clean = Files.readAllBytes(folder.resolve("clean.csv"));
    byte[] reasons = Files.readAllBytes(folder.resolve("dropped.csv"));
    assertThat(clean(CleanConfig.DEFAULT, sampling(1_000), lines)).isEqualTo(outcome);
    assertThat(folder.resolve("clean.csv")).hasBinaryContent(clean);
    assertThat(folder.resolve("dropped.csv")).hasBinaryContent(reasons);
  }

  @Test
  void aSingleFurtherRowIsJudgedByOneOfTheVaes() throws IOException {
    CleanPipeline.Outcome outcome =
        clean(CleanConfig.DEFAULT, sampling(1_000), Synthetic.lines(1_001, 0, 3));
    assertThat(outcome.judged()).isEqualTo(1_001);
    assertThat(Files.readAllLines(folder.resolve("clean.csv")))
        .hasSize(1 + 1_001 - (int) outcome.dropped());
  }

  @Test
  void ofManyRowsAboutTheShareAskedForIsDropped() throws IOException {
    CleanConfig tenth = new CleanConfig(CleanConfig.Method.BOTH, 0.1, 1);
    CleanPipeline.Outcome outcome = clean(tenth, sampling(1_000), Synthetic.lines(4_000, 0, 3));
    // Of 3,000 further rows 300, give or take three standard deviations of draw and cut.
    assertThat(outcome.dropped()).isBetween(400L - 115, 400L + 115);
  }

  @Test
  void ofManyRowsThoseOfAnotherLabelAndThoseThatCannotBeReadStayUnjudged() throws IOException {
    List<String> lines = Synthetic.lines(2_000, PLANTED, 3);
    lines.set(5, "1,2,3");
    lines.set(1_999, "inf,0,0,0,0,true,2024-03-04T08:00:00Z,low,ok");
    FitConfig labelled =
        cheap(Fits.data("label", "ok", List.of("at"), null).toBuilder().sampleRows(1_000).build());
    CleanPipeline.Outcome outcome =
        clean(new CleanConfig(CleanConfig.Method.FOREST, null, 1), labelled, lines);
    assertThat(outcome.judged()).isEqualTo(2_000 - 2);
    assertThat(outcome.notJudged()).isEqualTo(PLANTED + 2);
    assertThat(outcome.unreadable()).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("clean.csv")))
        .filteredOn(line -> line.endsWith("bad") || line.startsWith("inf"))
        .hasSize(PLANTED + 1);
  }

  @Test
  void tooFewRowsAreRefused() {
    assertThatThrownBy(() -> clean(CleanConfig.DEFAULT, QUICK, Synthetic.lines(6, 0, 3)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected: at least 10");
    assertThat(folder.resolve("clean.csv")).doesNotExist();
    assertThatThrownBy(() -> new CleanConfig(CleanConfig.Method.BOTH, 0.9, 1))
        .hasMessage("share: 0.9 (expected: above 0, at most 0.4)");
  }

  @Test
  void aFitThatCleansRecordsWhatItLeftOut() throws IOException {
    // So many rows that there are no folds, each of which would be cleaned.
    Path data = Synthetic.write(folder.resolve("d.csv"), Synthetic.lines(1_000, 50, 3));
    DataConfig all = Fits.data(null, null, List.of("label", "at"), null);
    Path target = folder.resolve("m.onnx");
    Manifest cleaned =
        Fits.fit(data, cheap(all.toBuilder().clean(true).build()), target).manifest();
    Manifest.Cleaning record = cleaned.provenance().cleaning();
    assertThat(record.leftOut()).isBetween(20, 120);
    assertThat(record.rows() - record.leftOut()).isEqualTo(cleaned.provenance().trainingRows());
    assertThat(record.strangest()).isNotEmpty();
    Manifest plain = Fits.fit(data, cheap(all), target).manifest();
    assertThat(plain.provenance().cleaning()).isNull();
    assertThat(plain.provenance().trainingRows()).isEqualTo(record.rows());
    assertThat(plain.provenance().calibrationRows())
        .isEqualTo(cleaned.provenance().calibrationRows());
  }

  private static FitConfig sampling(int rows) {
    return cheap(
        Fits.data(null, null, List.of("label", "at"), null).toBuilder().sampleRows(rows).build());
  }

  private static long planted(CleanPipeline.Outcome outcome) {
    return rows(outcome).stream().filter(row -> row >= NORMAL).count();
  }

  private static Set<Integer> rows(CleanPipeline.Outcome outcome) {
    return outcome.strangest().stream().map(CleanPipeline.Dropped::row).collect(Collectors.toSet());
  }

  private CleanPipeline.Outcome clean(CleanConfig config, FitConfig fit) throws IOException {
    return clean(config, fit, Synthetic.lines(NORMAL, PLANTED, 3));
  }

  private CleanPipeline.Outcome clean(CleanConfig config, FitConfig fit, List<String> lines)
      throws IOException {
    Path data = Synthetic.write(folder.resolve("data.csv"), lines);
    return new CleanPipeline(Progress.QUIET)
        .clean(
            new CleanPipeline.Request(
                List.of(data.toString()),
                Fits.noInput(),
                fit,
                config,
                Optional.of(folder.resolve("clean.csv")),
                Optional.of(folder.resolve("dropped.csv"))));
  }
}
