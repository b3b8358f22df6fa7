package io.latentry.cli.show;

import io.latentry.cli.terminal.ProgressBar;
import io.latentry.core.data.Samples;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.pipeline.score.ScoreOutcome;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The whole line on a handful of made-up rows: fit, export with its proof, score. */
final class SelfTest {
  private static final int ROWS = 40;
  private static final int STEPS = 10;
  private static final long SEED = 1;

  private SelfTest() {}

  static Finding look() throws IOException {
    long start = System.nanoTime();
    Path folder = Files.createTempDirectory("latentry-self-test");
    try {
      Path model = folder.resolve("model.onnx");
      ScoreOutcome outcome = fitAndScore(folder, model);
      if (outcome.rows() != ROWS || outcome.unscorable() > 0) {
        return Finding.failed(
            "self-test",
            outcome.rows()
                + " rows, "
                + outcome.unscorable()
                + " unscorable (expected: "
                + ROWS
                + " scored)",
            "build again; if it stays, report it with the output of --json");
      }
      if (!isJudgedAlike(model)) {
        return Finding.failed(
            "self-test",
            "a row has another score beside other rows (expected: the same to the last bit)",
            "the engine of this machine rounds differently; report it with the output of --json");
      }
      return Finding.ok(
          "self-test",
          "trained, exported, proven and scored in "
              + ProgressBar.duration(System.nanoTime() - start));
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static ScoreOutcome fitAndScore(Path folder, Path model) throws IOException {
    Path data = folder.resolve("rows.csv");
    Files.write(data, rows());
    StandardInput none = StandardInput.streamed(InputStream.nullInputStream());
    FitConfig small =
        new FitConfig(
            FitConfig.DEFAULT.data(),
            FitConfig.DEFAULT.model().toBuilder().members(1).hidden(List.of(8)).build(),
            FitConfig.DEFAULT.training().toBuilder().steps(STEPS).build(),
            FitConfig.DEFAULT.calibration(),
            SEED);
    new FitPipeline(Progress.QUIET)
        .fit(
            new FitRequest(
                List.of(data.toString()), none, small, model, Optional.empty(), Optional.empty()));
    return new ScorePipeline(Progress.QUIET)
        .score(
            model,
            new ScoreRequest(List.of(data.toString()), none, ReadOptions.DEFAULTS, 0, List.of(), 1),
            columns -> TableSink.open(folder.resolve("scored.csv"), columns));
  }

  /** Whether a row has the same score alone as among others. */
  private static boolean isJudgedAlike(Path model) {
    try (Scorer scorer = Scorer.open(model)) {
      Samples probes = scorer.probes().samples(scorer.manifest().schema());
      Judgements together = scorer.judge(probes);
      for (int row = 0; row < probes.count(); row++) {
        float alone = scorer.judge(probes.slice(row, row + 1)).score(0);
        if (Float.floatToIntBits(alone) != Float.floatToIntBits(together.score(row))) {
          return false;
        }
      }
      return true;
    }
  }

  private static List<String> rows() {
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> lines = new ArrayList<>();
    lines.add("length,width,kind");
    for (int i = 0; i < ROWS; i++) {
      double length = random.nextGaussian();
      lines.add(
          length + "," + (length + 0.1 * random.nextGaussian()) + "," + (i % 2 == 0 ? "a" : "b"));
    }
    return lines;
  }
}
