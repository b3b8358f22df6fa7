package io.latentry.bench.quality;

import io.latentry.core.graph.Output;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.train.RankingFit;
import io.latentry.training.detector.Detector;
import io.latentry.training.fit.TrainingListener;
import java.util.EnumSet;
import java.util.stream.IntStream;

/** Our detector in a contest. */
final class OwnDetector {
  private OwnDetector() {}

  static Result in(Contest contest, FitConfig config, String key) {
    long start = System.nanoTime();
    Detector detector =
        RankingFit.fit(
            contest.training(), config.withSeed(contest.seed()), TrainingListener.SILENT);
    double fitSeconds = Contest.secondsSince(start);
    start = System.nanoTime();
    float[] scores = detector.run(contest.test(), EnumSet.of(Output.SCORE)).values(Output.SCORE);
    // A row that cannot be judged never passes as normal: it ranks before all others.
    double[] wide =
        IntStream.range(0, scores.length)
            .mapToDouble(i -> Float.isNaN(scores[i]) ? Double.MAX_VALUE : scores[i])
            .toArray();
    return contest.result(Contest.MODEL, key, wide, fitSeconds, Contest.secondsSince(start));
  }
}
