package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.testing.Needs;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.CellLength;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.score.EvaluatePipeline;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.pipeline.score.ThresholdEditor;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.Scores;
import io.latentry.server.oip.tensor.Datatype;
import io.latentry.server.oip.tensor.InputTensor;
import io.latentry.server.oip.tensor.RowsFromTensors;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One row has one score, whichever door it comes in by. */
final class DoorsTest {
  @TempDir private Path folder;

  @Test
  void aFreshModelAgreesThroughEveryDoor() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(300, 0, 5));
    Path data = Synthetic.write(folder.resolve("new.csv"), Synthetic.lines(150, 50, 6));
    Path model = folder.resolve("fresh.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);

    doorsAgree(model, data);
  }

  @Test
  void theGoldenModelAgreesThroughEveryDoor() throws Exception {
    doorsAgree(GoldenArtifactTest.golden("model.onnx"), GoldenArtifactTest.golden("input.csv"));
  }

  @Test
  void theGoldenModelAgreesThroughEveryDoorWhereSegmentsHaveTheirThresholds() throws Exception {
    Path model = Files.copy(GoldenArtifactTest.golden("model.onnx"), folder.resolve("model.onnx"));
    Path data = GoldenArtifactTest.golden("input.csv");
    Path scored = folder.resolve("scored.csv");
    String[][] steps = {
      {"score", model.toString(), data.toString(), "-o", scored.toString(), "--keep", "kind"},
      {
        "threshold",
        model.toString(),
        "--what-if",
        scored.toString(),
        "--segment",
        "kind",
        "--apply"
      }
    };
    for (String[] step : steps) {
      Command.Finished finished = Command.latentry(folder, step);
      assertThat(finished.exitCode()).as(finished.errors()).isZero();
    }
    Manifest applied = ArtifactFile.manifest(model);
    assertThat(applied.threshold().current().segments())
        .extracting(SegmentThreshold::column)
        .hasSizeGreaterThan(1)
        .containsOnly("kind");
    doorsAgree(model, data);

    Manifest moved =
        ThresholdEditor.move(
            model,
            applied,
            applied
                .threshold()
                .current()
                .with(List.of(SegmentThreshold.of("kind", "high", 2.5)), "test"));
    doorsAgree(model, data);
    try (Scorer with = Scorer.open(model);
        Scorer without = Scorer.open(GoldenArtifactTest.golden("model.onnx"))) {
      Rows rows = Line.read(data, moved.schema());
      assertThat(with.judge(rows).count(Verdict.ANOMALY))
          .isEqualTo(without.judge(rows).count(Verdict.ANOMALY) - 2);
      // Nine of the ten bad rows are anomalies, but for those two.
      assertThat(found(without, data)).isCloseTo(0.9, within(1e-9));
      assertThat(found(with, data)).isCloseTo(0.7, within(1e-9));
    }
    for (int back = 0; back < 2; back++) {
      Command.Finished undone = Command.latentry(folder, "threshold", model.toString(), "--undo");
      assertThat(undone.exitCode()).as(undone.errors()).isZero();
    }
    try (Scorer after = Scorer.open(model)) {
      assertThat(after.manifest().threshold().current().segments()).isEmpty();
    }
  }

  private static double found(Scorer scorer, Path data) {
    return new EvaluatePipeline(Progress.QUIET)
        .evaluate(
            scorer,
            new ScoreRequest(
                List.of(data.toString()), Line.noInput(), ReadOptions.DEFAULTS, 0, List.of(), 1),
            "label",
            Optional.of("ok"))
        .evaluation()
        .recall()
        .estimate();
  }

  @Test
  void aFreshModelGivesTheScoresOfTheTrainingEngine() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(300, 0, 5));
    Path model = folder.resolve("fresh.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);
    try (Scorer scorer = Scorer.open(model)) {
      Schema schema = scorer.manifest().schema();
      for (Probes.Probe probe : scorer.probes().rows()) {
        Rows row = Rows.of(schema, 1, probe.numeric(), probe.categorical());
        assertThat((double) scorer.judge(row).score(0))
            .isCloseTo(probe.score(), within(1e-4 * Math.max(1, Math.abs(probe.score()))));
      }
      int novel =
          (int) schema.columns().stream().filter(column -> column.novelty() != null).count();
      assertThat(scorer.probes().rows()).as("normal, perturbed, novel").hasSize(8 + 8 + novel);
    }
  }

  @Test
  void pythonAgrees() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(300, 0, 5));
    Path data = Synthetic.write(folder.resolve("new.csv"), Synthetic.lines(150, 50, 6));
    Path model = folder.resolve("fresh.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);

    pythonAgrees(model, data);
  }

  @Test
  void pythonAgreesOnEveryPointOfASeries() throws Exception {
    // Of 231 both pumps warm up twice, one point comes twice, one has no time and one lacks a
    // value.
    pythonAgreesOnASeries(SeriesConfig.DEFAULT, 231 - 4 * 15 - 3);
  }

  @Test
  void pythonAgreesOnVerdictsThatWaitForLaterPoints() throws Exception {
    pythonAgreesOnASeries(SeriesConfig.DEFAULT.withDelay(2), 231 - 4 * 15 - 3);
  }

  @Test
  void pythonAgreesOnRowsInCells() throws Exception {
    // Both pumps warm up once, for 15 cells of two rows and a row that comes twice, since a gap of
    // two cells and a half is none; one row has no time. What lacks a value has it from the row
    // before it in its cell.
    pythonAgreesOnASeries(
        SeriesConfig.DEFAULT.withResample(new CellLength("2m")), 231 - (2 * 15 * 2 + 1) - 1);
  }

  private void pythonAgreesOnASeries(SeriesConfig series, int expectedJudged) throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), series(500, 5));
    List<String> lines = new ArrayList<>(series(120, 6));
    // Out of order, a point twice, a gap, an unknown word, an empty cell and a time that is none.
    lines.add(2, lines.remove(40));
    lines.add(lines.get(50));
    lines.subList(70, 80).clear();
    lines.set(180, lines.get(180).replaceFirst("idle|busy", "stuck"));
    lines.set(190, lines.get(190).replaceFirst("[^,]*,([^,]*,[^,]*)$", ",$1"));
    lines.set(230, lines.get(230).replaceFirst("^[^,]*", "soon"));
    Path data = Synthetic.write(folder.resolve("new.csv"), lines);
    Path model = folder.resolve("series.onnx");
    DataConfig reading =
        DataConfig.builder()
            .time("at")
            .series(series.withKeys(List.of("pump")).withWindow(16))
            .build();
    Line.fit(train, Line.quick(reading), model);
    try (Scorer scorer = Scorer.open(model)) {
      assertThat(scorer.manifest().series().scales()).isNotNull();
    }

    List<String> told = python(model, data).lines().skip(1).map(DoorsTest::second).toList();
    Path scored = folder.resolve("scored.csv");
    try (Scorer scorer = Scorer.open(model)) {
      new ScorePipeline(Progress.QUIET)
          .score(
              scorer,
              new ScoreRequest(
                  List.of(data.toString()), Line.noInput(), ReadOptions.DEFAULTS, 0, List.of(), 1),
              columns -> TableSink.open(scored, columns));
    }
    List<String> rows = Files.readAllLines(scored);
    // The last column: a reason before it may hold commas.
    assertThat(rows.get(0)).endsWith(",unsmoothed_score");
    assertThat(rows).hasSize(lines.size()).hasSize(told.size() + 1);
    int judged = 0;
    for (int i = 0; i < told.size(); i++) {
      String score = rows.get(i + 1).substring(rows.get(i + 1).lastIndexOf(',') + 1);
      if (score.isEmpty()) {
        assertThat(told.get(i)).as("row %d: %s", i, rows.get(i + 1)).isEqualTo("nan");
      } else {
        double expected = Double.parseDouble(score);
        assertThat(Double.parseDouble(told.get(i)))
            .as("row %d", i)
            .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected))));
        judged++;
      }
    }
    assertThat(judged).isEqualTo(expectedJudged);
  }

  /** Two pumps at levels of their own, whose points come by turns, a minute apart. */
  private static List<String> series(int points, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>(List.of("at,pump,pressure,mode,load"));
    Instant at = Instant.parse("2024-03-01T00:00:00Z");
    for (int i = 0; i < points; i++) {
      for (String pump : List.of("north", "south")) {
        double level = pump.equals("north") ? 5 : 500;
        double pressure = level + Math.sin(i / 4.0) + random.nextDouble() / 10;
        double load = 50 + 10 * Math.cos(i / 4.0) + random.nextDouble();
        lines.add(
            "%s,%s,%.3f,%s,%.2f"
                .formatted(
                    at.plusSeconds(60L * i), pump, pressure, load > 50 ? "busy" : "idle", load));
      }
    }
    return lines;
  }

  private static String second(String line) {
    return line.split(",", -1)[1];
  }

  /** What the example prints. */
  private String python(Path model, Path data) throws Exception {
    String python = Needs.python();
    Needs.toRun("python3 with numpy and onnxruntime", python, "-c", "import numpy, onnxruntime");
    Command.Finished finished =
        Command.run(
            folder,
            List.of(
                python,
                Command.ROOT.resolve("examples/python/score_with_onnxruntime.py").toString(),
                model.toString(),
                data.toString()));
    assertThat(finished.exitCode()).as(finished.errors()).isZero();
    return finished.out();
  }

  private void pythonAgrees(Path model, Path data) throws Exception {
    List<String> lines = python(model, data).lines().toList();
    try (Scorer scorer = Scorer.open(model)) {
      Judgements judged = scorer.judge(Line.read(data, scorer.manifest().schema()));
      assertThat(lines).hasSize(judged.count() + 1);
      for (int i = 0; i < judged.count(); i++) {
        double score = judged.score(i);
        String told = second(lines.get(i + 1));
        if (Double.isNaN(score)) {
          assertThat(told).as("row %d", i).isEqualTo("nan");
        } else {
          assertThat(Double.parseDouble(told))
              .as("row %d", i)
              .isCloseTo(score, within(1e-4 * Math.max(1, Math.abs(score))));
        }
      }
    }
  }

  @Test
  void categoriesOfAnyCharactersAreKnownThroughEveryDoor() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), oddlyNamed(300, 0, 5));
    List<String> lines = new ArrayList<>(oddlyNamed(150, 50, 6));
    lines.add(lines.get(1).replaceFirst(KINDS, "never seen"));
    lines.add(lines.get(1).replaceFirst(KINDS, "😂"));
    lines.add(lines.get(1).replaceFirst(KINDS, "\u3000$1\u2003"));
    lines.add(lines.get(1).replaceFirst(KINDS, "\u00A0NULL "));
    lines.add(lines.get(1).replaceFirst(KINDS, "$1\u001B"));
    Path data = Synthetic.write(folder.resolve("new.csv"), lines);
    Path model = folder.resolve("odd names.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);

    doorsAgree(model, data);
    try (Scorer scorer = Scorer.open(model)) {
      Schema schema = scorer.manifest().schema();
      assertThat(schema.categorical(0).categories()).containsOnly("😀", "𠮷田", "nul\0inside");
      Rows rows = Line.read(data, schema);
      Scores scores =
          scorer.score(rows, EnumSet.of(Output.SCORE, Output.RECONSTRUCTION_CATEGORICAL));
      assertThat(scores.expectedCategories())
          .containsOnlyElementsOf(schema.categorical(0).categories());
      float[] judged = scores.values(Output.SCORE);
      int unseen = rows.count() - 5;
      assertThat(judged[unseen]).isNotEqualTo(judged[0]).isEqualTo(judged[unseen + 1]);
      assertThat(judged[unseen + 2]).isEqualTo(judged[0]);
      assertThat(judged[unseen + 3]).isNotEqualTo(judged[0]).isNotEqualTo(judged[unseen]);
      assertThat(judged[unseen + 4]).isEqualTo(judged[unseen]);
      assertThat(Optional.ofNullable(scorer.probes().categories()).orElseThrow().score())
          .hasSameSizeAs(schema.categorical(0).categories());
    }
    // Python's binding ends a text at NUL, so that it is asked about the others alone.
    lines.removeIf(line -> line.indexOf('\0') >= 0);
    pythonAgrees(model, Synthetic.write(folder.resolve("for python.csv"), lines));
  }

  /** Column a of the usual table, a thousand million further up. */
  private static List<String> farUp(int normal, int anomalies, long seed) {
    return Synthetic.lines(normal, anomalies, seed).stream()
        .map(
            line -> {
              String[] cells = line.split(",", 2);
              return cells[0].equals("a")
                  ? line
                  : new BigDecimal(cells[0]).add(BigDecimal.valueOf(1e9)).toPlainString()
                      + ","
                      + cells[1];
            })
        .toList();
  }

  @Test
  void numbersTooNearForAFloatAgreeThroughEveryDoor() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), farUp(300, 0, 5));
    List<String> lines = new ArrayList<>(farUp(150, 50, 6));
    for (String odd : List.of("1000000050", "-5", "1e39", "")) {
      lines.add(lines.get(1).replaceFirst("^[^,]*", odd));
    }
    Path data = Synthetic.write(folder.resolve("new.csv"), lines);
    Path model = folder.resolve("far up.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);

    doorsAgree(model, data);
    pythonAgrees(model, data);
    try (Scorer scorer = Scorer.open(model)) {
      Schema schema = scorer.manifest().schema();
      Column far = schema.columns().get(0);
      assertThat(far.offset()).isNotNull();
      Rows rows = Line.read(data, schema);
      Judgements judged = scorer.judge(rows, FeatureReader.outputs(EnumSet.allOf(Output.class)));
      int odd = rows.count() - 4;
      assertThat(judged.verdict(0)).isEqualTo(Verdict.NORMAL);
      assertThat(judged.verdict(odd)).isEqualTo(Verdict.ANOMALY);
      assertThat(judged.reason(odd)).startsWith("a was 99999999").contains(", now 1000000050");
      assertThat(judged.verdict(odd + 1)).isEqualTo(Verdict.ANOMALY);
      assertThat(judged.verdict(odd + 2)).isEqualTo(Verdict.ANOMALY);
      assertThat(judged.verdict(odd + 3)).isEqualTo(Verdict.UNSCORABLE);
      assertThat(new FeatureReader(scorer.manifest()).top(rows, judged.scores(), 0, 30))
          .filteredOn(feature -> feature.name().equals("a"))
          .singleElement()
          .satisfies(
              feature -> {
                assertThat(lines.get(1)).startsWith(feature.actual().substring(0, 14));
                assertThat(Double.parseDouble(feature.expected())).isCloseTo(1e9, within(5.0));
              });

      // A program gives the number as it is, a tensor without the offset.
      RowsBuilder typed = new RowsBuilder(schema);
      for (int j = 0; j < schema.columns().size(); j++) {
        if (j == 0) {
          typed.set(0, Double.parseDouble(lines.get(1).substring(0, lines.get(1).indexOf(','))));
        } else if (j < schema.numericCount()) {
          typed.set(j, Double.NaN);
        }
      }
      typed.endRow();
      assertThat(typed.rows().numeric(0, 0)).isEqualTo(rows.numeric(0, 0));
      InputTensor numeric =
          new InputTensor(
              "numeric",
              Datatype.FP32,
              new long[] {rows.count(), schema.numericCount()},
              rows.numeric(),
              new String[0]);
      InputTensor categorical =
          new InputTensor(
              "categorical",
              Datatype.BYTES,
              new long[] {rows.count(), schema.categoricalCount()},
              new float[0],
              rows.categorical());
      Judgements ofTensors =
          scorer.judge(RowsFromTensors.read(scorer.manifest(), List.of(numeric, categorical)));
      assertThat(ofTensors.score(0)).isEqualTo(judged.score(0));
      assertThat(ofTensors.score(odd)).isEqualTo(judged.score(odd));
    }
  }

  @Test
  void pythonAgreesOnWhatTrainingNeverSaw() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(300, 0, 5));
    List<String> usual = Synthetic.lines(20, 0, 6);
    List<String> lines = new ArrayList<>(usual);
    for (String flag : List.of("2", "maybe", "-1", "1.0", "YES")) {
      lines.add(usual.get(1).replaceFirst(",(true|false),", "," + flag + ","));
    }
    for (String at :
        List.of("9999-12-31", "1970-01-01T00:00:00Z", "05.03.2024 08:15", "5.3.2024")) {
      lines.add(usual.get(1).replaceFirst("2024-03-[^,]*", at));
    }
    lines.add(usual.get(1).replaceFirst("^[^,]*", "1e39"));
    lines.add(usual.get(1).replaceFirst("^[^,]*", "-1e300"));
    lines.add(usual.get(1).replaceFirst(",(high|middle|low),", ",lowest,"));
    Path data = Synthetic.write(folder.resolve("new.csv"), lines);
    Path model = folder.resolve("fresh.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);

    pythonAgrees(model, data);
  }

  @Test
  void textsAgreeThroughEveryDoor() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), withTexts(300, 0, 5));
    List<String> lines = new ArrayList<>(withTexts(150, 50, 6));
    for (String odd :
        List.of("'; DROP TABLE users --", "", "NULL", "\u3000/page/1\u2003", "/päge/😀/1", "-")) {
      lines.add(lines.get(1).replaceFirst("^[^,]*", odd));
    }
    Path data = Synthetic.write(folder.resolve("new.csv"), lines);
    Path model = folder.resolve("texts.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);

    doorsAgree(model, data);
    pythonAgrees(model, data);
    try (Scorer scorer = Scorer.open(model)) {
      Schema schema = scorer.manifest().schema();
      Rows rows = Line.read(data, schema);
      Judgements judged = scorer.judge(rows, FeatureReader.outputs(EnumSet.allOf(Output.class)));
      int payload = rows.count() - 6;
      assertThat(judged.verdict(payload)).isEqualTo(Verdict.ANOMALY);
      assertThat(judged.verdict(payload + 1)).isEqualTo(Verdict.UNSCORABLE);
      assertThat(judged.reason(payload + 1)).isEqualTo("missing value: column 'page'");
      assertThat(new FeatureReader(scorer.manifest()).top(rows, judged.scores(), payload, 30))
          .filteredOn(feature -> feature.name().equals("page (rarest pair)"))
          .singleElement()
          .satisfies(
              feature -> assertThat(feature.actual()).contains("';").contains("in 0 of 300 rows"));
    }
  }

  @Test
  void namesOfRowsAgreeThroughEveryDoor() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), IdentifiersTest.lines(0, 300));
    Path model = folder.resolve("named.onnx");
    Line.fit(train, Line.quick(DataConfig.DEFAULT), model);
    Path odd = Synthetic.write(folder.resolve("odd.csv"), IdentifiersTest.odd());
    Path bare =
        Synthetic.write(
            folder.resolve("bare.csv"),
            IdentifiersTest.withoutNames(IdentifiersTest.lines(300, 50)));

    for (Path data : List.of(odd, bare)) {
      doorsAgree(model, data);
      pythonAgrees(model, data);
    }
  }

  @Test
  void tensorsByColumnTakeATextAsItIs() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), withTexts(300, 0, 5));
    List<String> lines = withTexts(20, 0, 6);
    Path data = Synthetic.write(folder.resolve("new.csv"), lines);
    Path model = folder.resolve("texts.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);
    try (Scorer scorer = Scorer.open(model)) {
      Schema schema = scorer.manifest().schema();
      Rows rows = Line.read(data, schema);
      List<InputTensor> tensors = new ArrayList<>();
      for (String name : schema.given()) {
        int column = schema.columns().stream().map(Column::name).toList().indexOf(name);
        float[] numbers = new float[rows.count()];
        String[] texts = new String[rows.count()];
        for (int i = 0; i < rows.count(); i++) {
          numbers[i] = column >= 0 && column < schema.numericCount() ? rows.numeric(i, column) : 0;
          texts[i] =
              column < 0
                  ? " " + rows.text(i, 0)
                  : column < schema.numericCount()
                      ? ""
                      : rows.categorical(i, column - schema.numericCount());
        }
        boolean text = column < 0 || column >= schema.numericCount();
        tensors.add(
            new InputTensor(
                name,
                text ? Datatype.BYTES : Datatype.FP32,
                new long[] {rows.count()},
                text ? new float[0] : numbers,
                text ? texts : new String[0]));
      }

      Rows fromTensors = RowsFromTensors.read(scorer.manifest(), tensors);
      assertThat(fromTensors.numeric()).isEqualTo(rows.numeric());
      assertThat(fromTensors.categorical()).isEqualTo(rows.categorical());
    }
  }

  @Test
  void repairLeavesTextsAsTheyAre() throws Exception {
    Path train = Synthetic.write(folder.resolve("train.csv"), withTexts(300, 0, 5));
    List<String> lines = withTexts(5, 0, 6);
    lines.set(1, lines.get(1).replaceFirst("^([^,]*),[^,]*", "$1,"));
    lines.set(2, lines.get(2).replaceFirst("^[^,]*", "'; DROP TABLE users --"));
    Path data = Synthetic.write(folder.resolve("gaps.csv"), lines);
    Path model = folder.resolve("texts.onnx");
    Line.fit(train, Line.quick(Line.LABELLED), model);
    Path fixed = folder.resolve("fixed.csv");

    Command.Finished finished =
        Command.latentry(
            folder, "repair", model.toString(), data.toString(), "-o", fixed.toString());

    assertThat(finished.exitCode()).as(finished.errors()).isZero();
    assertThat(Files.readAllLines(fixed).get(1)).contains("a: missing -> ");
    for (int i = 1; i < lines.size(); i++) {
      assertThat(Files.readAllLines(fixed).get(i)).startsWith(lines.get(i).split(",", 2)[0] + ",");
    }
  }

  /** The same table with a column of paths before it. */
  private static List<String> withTexts(int normal, int anomalies, long seed) {
    List<String> lines = Synthetic.lines(normal, anomalies, seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<String> with = new ArrayList<>();
    for (String line : lines) {
      String path = "/page/" + random.nextInt(100_000) + (random.nextBoolean() ? "" : "/view");
      with.add((with.isEmpty() ? "page" : path) + "," + line);
    }
    return with;
  }

  private static final String KINDS = "(?<=,)(😀|𠮷田|nul\0inside)(?=,)";

  private static List<String> oddlyNamed(int normal, int anomalies, long seed) {
    return Synthetic.lines(normal, anomalies, seed).stream()
        .map(line -> line.replace(",high,", ",😀,"))
        .map(line -> line.replace(",middle,", ",𠮷田,"))
        .map(line -> line.replace(",low,", ",nul\0inside,"))
        .toList();
  }

  private void doorsAgree(Path model, Path data) throws IOException, InterruptedException {
    try (Scorer scorer = Scorer.open(model)) {
      Rows rows = Line.read(data, scorer.manifest().schema());
      Judgements batch = scorer.judge(rows);
      for (int i = 0; i < rows.count(); i++) {
        Judgements alone = scorer.judge(rows.select(new int[] {i}));

        assertThat(alone.get(0)).as("row %d alone", i).isEqualTo(batch.get(i));
      }
      List<Judgement> streamed = StreamDoor.judge(model, data, folder);
      assertThat(streamed).hasSize(rows.count());
      for (int i = 0; i < rows.count(); i++) {
        assertThat(streamed.get(i).verdict()).as("row %d", i).isEqualTo(batch.verdict(i));
        assertThat((float) streamed.get(i).score())
            .as("row %d streamed", i)
            .isEqualTo(Float.valueOf(batch.score(i)));
      }
      Path piped = folder.resolve("pipeline.csv");
      new ScorePipeline(Progress.QUIET)
          .score(
              scorer,
              new ScoreRequest(
                  List.of(data.toString()), Line.noInput(), ReadOptions.DEFAULTS, 0, List.of(), 1),
              columns -> TableSink.open(piped, columns));
      sameScores(piped, batch);

      Path fromCommand = folder.resolve("command.csv");
      Command.Finished finished =
          Command.latentry(
              folder, "score", model.toString(), data.toString(), "-o", fromCommand.toString());
      assertThat(finished.exitCode()).as(finished.errors()).isZero();
      sameScores(fromCommand, batch);
      assertThat(fromCommand).hasSameTextualContentAs(piped);
    }
  }

  private static void sameScores(Path scored, Judgements judged) throws IOException {
    List<String> lines = Files.readAllLines(scored);
    assertThat(lines.get(0)).startsWith("row,score,p_value,verdict,reason");
    assertThat(lines).hasSize(judged.count() + 1);
    for (int i = 0; i < judged.count(); i++) {
      String[] cells = lines.get(i + 1).split(",", -1);
      assertThat(cells[0]).isEqualTo(String.valueOf(i));
      assertThat(cells[3]).as("row %d", i).isEqualTo(judged.verdict(i).word());
      float score = cells[1].isEmpty() ? Float.NaN : Float.parseFloat(cells[1]);
      assertThat(score).as("row %d", i).isEqualTo(Float.valueOf(judged.score(i)));
    }
  }
}
