package io.latentry.pipeline.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.artifact.Manifest.ReferenceRow;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.graph.Output;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.drift.DriftOutcome.Call;
import io.latentry.pipeline.drift.DriftOutcome.Change;
import io.latentry.pipeline.drift.DriftOutcome.Kind;
import io.latentry.pipeline.drift.DriftOutcome.Promise;
import io.latentry.pipeline.drift.DriftOutcome.Quantity;
import io.latentry.pipeline.sample.SampleData;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drifts of known size, planted in real tables. Two models serve all tests. */
final class DriftPipelineTest {
  @TempDir private static Path shared;

  /** Benign tumours; the model knows two of three. */
  private static Planted cells;

  private static Planted fresh;
  private static Planted penguins;
  private static Scorer ofCells;
  private static Scorer ofPenguins;

  @TempDir private Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    Planted all = Planted.read(SampleData.BREAST_CANCER);
    cells = all.where("diagnosis", "benign");
    fresh = cells.each(3, false);
    Path train = cells.each(3, true).write(shared.resolve("cells.csv"));
    Fits.fit(train, Fits.quick(Fits.labelled("diagnosis", "benign")), shared.resolve("cells.onnx"));
    ofCells = Scorer.open(shared.resolve("cells.onnx"));
    penguins = Planted.read(SampleData.PENGUINS);
    Fits.fit(
        penguins.write(shared.resolve("penguins.csv")),
        Fits.quick(DataConfig.DEFAULT),
        shared.resolve("penguins.onnx"));
    ofPenguins = Scorer.open(shared.resolve("penguins.onnx"));
  }

  @AfterAll
  static void close() {
    ofCells.close();
    ofPenguins.close();
  }

  private DriftOutcome compare(Scorer scorer, Planted data) throws IOException {
    return compare(scorer, data, Optional.empty(), Optional.empty());
  }

  private DriftOutcome compare(
      Scorer scorer, Planted data, Optional<String> time, Optional<String> since)
      throws IOException {
    return new DriftPipeline(Progress.QUIET)
        .compare(
            scorer,
            new DriftRequest(
                List.of(data.write(folder.resolve("now.csv")).toString()),
                Fits.noInput(),
                ReadOptions.asFitted(scorer.manifest()),
                time,
                since,
                0));
  }

  private static List<String> drifted(DriftOutcome outcome) {
    return outcome.drifted().stream()
        .filter(q -> q.kind() == Kind.COLUMN)
        .map(Quantity::name)
        .toList();
  }

  private static Quantity quantity(DriftOutcome outcome, String name) {
    return outcome.quantities().stream()
        .filter(q -> q.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void normalRowsThatNobodySawShowNoDrift() throws IOException {
    DriftOutcome outcome = compare(ofCells, fresh);
    assertThat(outcome.call()).as(outcome.summary()).isEqualTo(Call.NONE);
    assertThat(outcome.rows()).isEqualTo(119);
    assertThat(outcome.alarms().promise()).isEqualTo(Promise.KEPT);
    assertThat(outcome.summary()).startsWith("No drift in 119 rows. Alarms ");
  }

  @Test
  void aShiftIsFoundNamedAndMeasured() throws IOException {
    double deviation = cells.deviation("mean_smoothness");
    DriftOutcome outcome =
        compare(ofCells, cells.drawn(1_000, 1).number("mean_smoothness", v -> v + deviation));
    assertThat(drifted(outcome)).containsExactly("mean_smoothness");
    Quantity shifted = quantity(outcome, "mean_smoothness");
    assertThat(shifted.words()).startsWith("moved up by ").endsWith(" of its normal spread");
    assertThat(shifted.moved()).isCloseTo(1, within(0.25));
  }

  @Test
  void columnsThatNoLongerGoTogetherShowInLatentMeansThoughEachIsAsItWas() throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      DriftOutcome outcome = compare(ofCells, cells.drawn(1_000, seed).apart(seed));
      assertThat(drifted(outcome)).as(outcome.summary()).isEmpty();
      assertThat(outcome.drifted())
          .as(outcome.summary())
          .extracting(Quantity::kind)
          .contains(Kind.LATENT);
      assertThat(outcome.summary()).startsWith("No column drifted by itself, but ");
    }
  }

  @Test
  void aWiderColumnIsFoundAndNamed() throws IOException {
    double median = cells.median("mean_texture");
    DriftOutcome outcome =
        compare(
            ofCells, cells.drawn(1_000, 2).number("mean_texture", v -> median + 2 * (v - median)));
    assertThat(drifted(outcome)).containsExactly("mean_texture");
    assertThat(quantity(outcome, "mean_texture").words()).contains("times as wide as normal");
    assertThat(quantity(outcome, "mean_texture").widening()).isCloseTo(2, within(0.4));
  }

  @Test
  void aChangeOfUnitIsFoundAndExplainsTheAlarms() throws IOException {
    DriftOutcome outcome =
        compare(ofPenguins, penguins.drawn(1_000, 3).number("body_mass_g", v -> v / 1_000));
    assertThat(drifted(outcome)).containsExactly("body_mass_g");
    Quantity changed = quantity(outcome, "body_mass_g");
    assertThat(changed.words()).contains("as after a change of unit");
    assertThat(changed.factor()).isCloseTo(0.001, within(0.0001));
    assertThat(outcome.alarms().promise()).isEqualTo(Promise.MORE);
    assertThat(changed.alarms()).isNotNull();
    assertThat(changed.alarms().change()).isEqualTo(Change.MORE);
    assertThat(changed.alarms().alarms()).isGreaterThan(0.9);
    assertThat(changed.alarms().alarmsWithout()).isLessThan(0.05);
    assertThat(outcome.alarms().withoutDrifts()).isNotNull();
    assertThat(outcome.quantities().get(0).name()).isEqualTo("body_mass_g");
  }

  @Test
  void missingValuesAreFoundAndNamed() throws IOException {
    DriftOutcome outcome =
        compare(
            ofPenguins,
            penguins
                .drawn(1_000, 4)
                .with("sex", (cell, random) -> random.nextInt(5) == 0 ? "" : cell));
    assertThat(drifted(outcome)).containsExactly("sex");
    assertThat(quantity(outcome, "sex").words()).startsWith("is missing in 2");
  }

  @Test
  void aNewCategoryIsFoundAndNamed() throws IOException {
    DriftOutcome outcome =
        compare(
            ofPenguins,
            penguins
                .drawn(1_000, 5)
                .with("island", (cell, random) -> random.nextInt(20) == 0 ? "Atlantis" : cell));
    assertThat(drifted(outcome)).containsExactly("island");
    Quantity island = quantity(outcome, "island");
    assertThat(island.words()).startsWith("has new values in ").contains("'Atlantis' ");
    assertThat(island.changes()).anyMatch(v -> v.isNew() && v.value().equals("Atlantis"));
  }

  @Test
  void theCallIsTheSameAtAThousandAndAHundredThousandRows() throws IOException {
    double deviation = penguins.deviation("bill_length_mm");
    List<List<String>> calls = new ArrayList<>();
    List<Double> moved = new ArrayList<>();
    for (int rows : new int[] {1_000, 100_000}) {
      DriftOutcome outcome =
          compare(
              ofPenguins,
              penguins.drawn(rows, 6).number("bill_length_mm", v -> v + 0.6 * deviation));
      calls.add(drifted(outcome));
      moved.add(quantity(outcome, "bill_length_mm").moved());
      DriftOutcome none = compare(ofPenguins, penguins.drawn(rows, 7));
      assertThat(none.call()).as(none.summary()).isEqualTo(Call.NONE);
    }
    assertThat(calls.get(0)).containsExactly("bill_length_mm").isEqualTo(calls.get(1));
    assertThat(moved.get(0)).isCloseTo(moved.get(1), within(0.1));
  }

  @Test
  void aDriftThatChangesNoAlarmsIsToldAsOne() throws IOException {
    // Another mix of the years: nothing else in a row depends on them.
    DriftOutcome outcome =
        compare(
            ofPenguins,
            penguins
                .drawn(2_000, 8)
                .with("year", (cell, random) -> random.nextInt(3) == 0 ? "2008" : cell));
    assertThat(drifted(outcome)).containsExactly("year");
    assertThat(quantity(outcome, "year").effectWords()).isEqualTo("changes no alarms");
    assertThat(outcome.summary()).contains("The drifts of the columns change no alarms");
  }

  @Test
  void fewRowsAreTooFewToTell() throws IOException {
    DriftOutcome outcome =
        compare(ofPenguins, penguins.drawn(60, 9).number("body_mass_g", v -> v / 1_000));
    assertThat(outcome.call()).isEqualTo(Call.TOO_FEW_ROWS);
    assertThat(outcome.summary()).startsWith("Too few rows to tell: 60 (expected: at least 100)");
    assertThat(outcome.visibleShift()).isNull();
    assertThat(outcome.alarms().promise()).isEqualTo(Promise.UNKNOWN);
  }

  @Test
  void rowsThatFollowEachOtherInTimeCountAsFewer() throws IOException {
    // Every row of 20 comes 100 times in succession: 2,000 rows that say as much as 20.
    List<String[]> slow = new ArrayList<>();
    for (String[] row : penguins.drawn(20, 10).rows()) {
      IntStream.range(0, 100).forEach(i -> slow.add(row));
    }
    Planted data = new Planted(penguins.header(), slow).and("at", i -> String.valueOf(i));
    DriftOutcome untimed = compare(ofPenguins, data);
    assertThat(untimed.call()).isEqualTo(Call.DRIFT);
    assertThat(untimed.notes()).anyMatch(note -> note.contains("count as independent"));
    DriftOutcome timed = compare(ofPenguins, data, Optional.of("at"), Optional.empty());
    assertThat(timed.drifted()).as(timed.summary()).isEmpty();
    assertThat(quantity(timed, "body_mass_g").independent()).isLessThan(100);
    assertThat(quantity(timed, "body_mass_g").call()).isEqualTo(Call.TOO_FEW_ROWS);
    assertThat(timed.visibleShift()).isNull();
  }

  @Test
  void aSinceOfAnotherKindThanTheTimesIsRefused() {
    Planted data =
        penguins
            .drawn(200, 10)
            .and("at", i -> Instant.ofEpochSecond(1_700_000_000L + i).toString());
    assertThatThrownBy(() -> compare(ofPenguins, data, Optional.of("at"), Optional.of("2024")))
        .hasMessageContaining("--since: not of the kind of the times");
  }

  @Test
  void earlierRowsAreLeftOut() throws IOException {
    Planted before = penguins.drawn(600, 11).number("bill_depth_mm", v -> v + 10);
    List<String[]> all = new ArrayList<>(before.rows());
    all.addAll(penguins.drawn(900, 12).rows());
    Planted data =
        new Planted(penguins.header(), all)
            .and(
                "at",
                i -> i == 1_000 ? "" : "2024-01-%02dT00:%02d:00Z".formatted(1 + i / 60, i % 60));
    DriftOutcome later = compare(ofPenguins, data, Optional.of("at"), Optional.of("2024-01-11"));
    assertThat(later.rows()).isEqualTo(899);
    assertThat(later.rowsBefore()).isEqualTo(601);
    assertThat(later.call()).as(later.summary()).isEqualTo(Call.NONE);
    assertThat(later.notes()).contains("1 rows without a time were left out");
    assertThatThrownBy(
            () -> compare(ofPenguins, data, Optional.of("at"), Optional.of("2025-01-01")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no row since '2025-01-01'")
        .hasMessageContaining("1,499 rows were earlier");
    assertThatThrownBy(() -> compare(ofPenguins, data, Optional.empty(), Optional.of("2024")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--time COL");
    assertThatThrownBy(() -> compare(ofPenguins, data, Optional.of("at"), Optional.of("yesterday")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--since: 'yesterday'");
  }

  /**
   * Normal rows are dealt into a reference and rows of now, again and again: the whole command may
   * call a drift in one of twenty.
   */
  @Test
  void normalRowsAreCalledDriftedInAtMostOneOfTwentyTables() throws IOException {
    Schema schema = ofCells.manifest().schema();
    Rows all = rows(ofCells, cells.write(folder.resolve("all.csv")));
    int half = all.count() / 2;
    int called = 0;
    int deals = 200;
    for (int seed = 0; seed < deals; seed++) {
      int[] order = Folds.shuffle(all.count(), seed);
      Rows reference = all.select(Arrays.copyOf(order, half));
      Rows now = all.select(Arrays.copyOfRange(order, half, order.length));
      Observed observed = new Observed(schema, seed);
      double[] times = new double[now.count()];
      observed.add(now, ofCells.judge(now), times);
      DriftStudy study =
          new DriftStudy(
              with(ofCells.manifest(), reference, coded(reference)),
              observed,
              DriftPipelineTest::coded,
              false,
              true);
      called += study.quantities().stream().anyMatch(q -> q.call() == Call.DRIFT) ? 1 : 0;
    }
    assertThat(called).as("of %d", deals).isLessThanOrEqualTo(deals / 20);
  }

  private static Judgements coded(Rows rows) {
    return ofCells.judge(rows, EnumSet.of(Output.LATENT_MEAN));
  }

  private static Rows rows(Scorer scorer, Path file) {
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS);
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), 10_000, ReadListener.NONE)) {
      return reader.next().rows();
    }
  }

  /** The same model with another reference; of numbers alone. */
  private static Manifest with(Manifest m, Rows rows, Judgements judged) {
    List<ReferenceDistribution> reference = new ArrayList<>();
    for (int j = 0; j < m.schema().columns().size(); j++) {
      int column = j;
      float[] values = new float[rows.count()];
      IntStream.range(0, values.length).forEach(i -> values[i] = rows.numeric(i, column));
      reference.add(distribution(m.schema().columns().get(j).name(), values));
    }
    for (Map.Entry<String, Output> output :
        List.of(
            Map.entry("reconstruction_term", Output.RECONSTRUCTION_TERM),
            Map.entry("latent_term", Output.LATENT_TERM),
            Map.entry("score", Output.SCORE))) {
      reference.add(
          distribution(output.getKey(), judged.scores().values(output.getValue()).clone()));
    }
    double[] scores =
        IntStream.range(0, rows.count())
            .mapToDouble(i -> judged.scores().values(Output.SCORE)[i])
            .sorted()
            .toArray();
    return new Manifest(
        m.formatVersion(),
        m.modelId(),
        m.schema(),
        m.model(),
        new Manifest.Calibration(
            m.calibration().mix(), scores, scores.length, m.calibration().method()),
        m.threshold(),
        reference,
        normals(rows, judged.scores().values(Output.LATENT_MEAN)),
        m.history(),
        m.health(),
        m.baselines(),
        m.provenance());
  }

  private static List<ReferenceRow> normals(Rows rows, float[] codes) {
    int latent = codes.length / rows.count();
    return IntStream.range(0, rows.count())
        .mapToObj(
            i ->
                new ReferenceRow(
                    i,
                    new float[0],
                    new String[0],
                    Arrays.copyOfRange(codes, i * latent, (i + 1) * latent)))
        .toList();
  }

  private static ReferenceDistribution distribution(String name, float[] values) {
    Arrays.sort(values);
    return new ReferenceDistribution(name, values, null, 0);
  }

  @Test
  void thePageShowsWhatDrifted() throws IOException {
    Path page = folder.resolve("drift.html");
    DriftOutcome outcome =
        compare(
            ofPenguins,
            penguins
                .drawn(1_000, 13)
                .number("body_mass_g", v -> v / 1_000)
                .with("island", (cell, random) -> random.nextInt(9) == 0 ? "<b>new</b>" : cell));
    DriftPage.write(outcome, "now.csv", page);
    assertThat(page)
        .content()
        .contains("Drift of now.csv")
        .contains("as after a change of unit")
        .contains("&#39;&lt;b&gt;new&lt;/b&gt;&#39;")
        .doesNotContain("<b>new</b>")
        .contains("\"kind\":\"sides\"")
        .contains("\"kind\":\"histogram\"")
        .contains("All quantities");
  }
}
