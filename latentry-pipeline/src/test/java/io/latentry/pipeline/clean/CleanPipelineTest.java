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
    Cleaning cleaning = clean(CleanConfig.DEFAULT, QUICK).cleaning();
    Set<Integer> dropped = indices(cleaning);
    long found = dropped.stream().filter(row -> row >= NORMAL).count();
    assertThat(found).isGreaterThan(PLANTED * 2 / 3);
    assertThat(dropped.size() - found).isLessThan(NORMAL / 10);
    assertThat(cleaning.kept()).hasSize(NORMAL + PLANTED - dropped.size());
  }

  @Test
  void theVaeFindsBrokenTiesThatTheForestCannotSee() throws IOException {
    Cleaning forest = clean(new CleanConfig(CleanConfig.Method.FOREST, null, 1), QUICK).cleaning();
    Cleaning both = clean(CleanConfig.DEFAULT, QUICK).cleaning();
    assertThat(planted(both)).isGreaterThan(planted(forest));
    assertThat(forest.byVae()).isZero();
  }

  @Test
  void aGrossOutlierIsFoundByTheForestWithItsColumn() throws IOException {
    List<String> lines = Synthetic.lines(NORMAL, 0, 3);
    lines.set(8, "900,-800,700,0,-600,true,2024-03-04T08:00:00Z,low,ok");
    Cleaning cleaning =
        clean(new CleanConfig(CleanConfig.Method.FOREST, null, 1), QUICK, lines).cleaning();
    Cleaning.DroppedRow strangest = cleaning.dropped().get(0);
    assertThat(strangest.index()).isEqualTo(7);
    assertThat(strangest.byForest()).isTrue();
    assertThat(strangest.reason()).contains("isolation forest").contains("a is 900");
    assertThat(strangest.usual()).startsWith("-");
  }

  @Test
  void aShareIsKeptToTheRow() throws IOException {
    CleanConfig tenth = new CleanConfig(CleanConfig.Method.BOTH, 0.1, 1);
    assertThat(clean(tenth, QUICK).cleaning().dropped()).hasSize(42);
  }

  @Test
  void theSeedDecides() throws IOException {
    CleanConfig once = new CleanConfig(CleanConfig.Method.BOTH, null, 1);
    List<Cleaning.DroppedRow> first = clean(once, QUICK).cleaning().dropped();
    assertThat(clean(once, QUICK).cleaning().dropped()).isEqualTo(first);
    assertThat(clean(once, QUICK.withSeed(5)).cleaning().dropped()).isNotEqualTo(first);
  }

  @Test
  void theCleanTableHasTheOtherRowsAsTheyStood() throws IOException {
    CleanPipeline.Outcome outcome = clean(CleanConfig.DEFAULT, QUICK);
    List<String> lines = Synthetic.lines(NORMAL, PLANTED, 3);
    Set<Integer> dropped = indices(outcome.cleaning());
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

  private static long planted(Cleaning cleaning) {
    return indices(cleaning).stream().filter(row -> row >= NORMAL).count();
  }

  private static Set<Integer> indices(Cleaning cleaning) {
    return cleaning.dropped().stream().map(Cleaning.DroppedRow::index).collect(Collectors.toSet());
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
