package io.latentry.bench.series;

import io.latentry.core.data.Column;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.SeriesScorer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The detector that ships, at its defaults: fitted by {@link FitPipeline} on the training part as a
 * file, so that everything that a user's fit goes through is measured.
 */
final class Ours implements SeriesDetector {
  private static final String TIME = "t";
  private static final String LABEL = "label";

  @Override
  public String name() {
    return "latentry";
  }

  @Override
  public boolean isOurs() {
    return true;
  }

  @Override
  public boolean dependsOnSeed() {
    return true;
  }

  @Override
  public double[] score(SeriesSet set, long seed) {
    double[] whole = scoreWhole(set, seed);
    return Arrays.copyOfRange(whole, set.trainPoints(), whole.length);
  }

  /** The test part follows the training part, whose last points its first windows hold. */
  @Override
  public double[] scoreWhole(SeriesSet set, long seed) {
    try {
      Path folder = Files.createTempDirectory("latentry-series");
      Path data = folder.resolve("train.csv");
      Path model = folder.resolve("model.onnx");
      try {
        write(set, data);
        DataConfig points =
            DataConfig.builder().label(LABEL, "0").time(TIME).series(SeriesConfig.DEFAULT).build();
        new FitPipeline(Progress.QUIET)
            .fit(FitRequest.of(data, FitConfig.DEFAULT.withData(points).withSeed(seed), model));
        try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
          return scores(SeriesScorer.of(scorer), set);
        }
      } finally {
        Files.deleteIfExists(data);
        Files.deleteIfExists(model);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(set.name() + ": " + e.getMessage(), e);
    }
  }

  private static void write(SeriesSet set, Path data) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(data))) {
      List<String> header = new ArrayList<>(List.of(TIME));
      for (int j = 0; j < set.channels(); j++) {
        header.add("v" + j);
      }
      header.add(LABEL);
      out.println(String.join(",", header));
      for (int i = 0; i < set.trainPoints(); i++) {
        StringBuilder line = new StringBuilder().append(i);
        for (int j = 0; j < set.channels(); j++) {
          float value = set.train()[i * set.channels() + j];
          line.append(',').append(Float.isNaN(value) ? "" : String.valueOf(value));
        }
        out.println(line.append(',').append(set.trainAnomalous()[i] ? 1 : 0));
      }
    }
  }

  /** Of all points, one after the other. */
  private static double[] scores(SeriesScorer scorer, SeriesSet set) {
    Schema schema = scorer.scorer().manifest().schema();
    int count = set.trainPoints() + set.testPoints();
    float[] numeric = new float[count * schema.columns().size()];
    String[] keys = new String[count];
    double[] times = new double[count];
    for (int i = 0; i < count; i++) {
      keys[i] = "";
      times[i] = i;
      for (int j = 0; j < schema.columns().size(); j++) {
        Column column = schema.columns().get(j);
        int channel = Integer.parseInt(column.name().substring(1));
        numeric[i * schema.columns().size() + j] =
            i < set.trainPoints()
                ? set.train()[i * set.channels() + channel]
                : set.test()[(i - set.trainPoints()) * set.channels() + channel];
      }
    }
    SeriesState state = scorer.begin();
    Judgements judged =
        scorer
            .judge(
                new SeriesPoints(keys, times, Rows.of(schema, count, numeric, new String[0])),
                key -> state,
                Set.of())
            .judgements();
    double[] scores = new double[count];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = judged.score(i);
    }
    return scores;
  }
}
