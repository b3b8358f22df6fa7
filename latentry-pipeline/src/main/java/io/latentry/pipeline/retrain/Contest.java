package io.latentry.pipeline.retrain;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Champion and challenger, each asked of the same samples: rows, points or images. */
interface Contest {

  /**
   * What one model says of some samples.
   *
   * @param scores {@code [samples]}, the model's own, unsmoothed; NaN where it cannot judge
   * @param alarms {@code [samples]}; likewise {@code judged}
   * @param pValues {@code [samples]}, of what is compared with the threshold
   */
  record Said(float[] scores, boolean[] alarms, boolean[] judged, double[] pValues) {
    int count() {
      return scores.length;
    }

    Said select(int[] samples) {
      Said some =
          new Said(
              new float[samples.length],
              new boolean[samples.length],
              new boolean[samples.length],
              new double[samples.length]);
      for (int i = 0; i < samples.length; i++) {
        some.scores[i] = scores[samples[i]];
        some.alarms[i] = alarms[samples[i]];
        some.judged[i] = judged[samples[i]];
        some.pValues[i] = pValues[samples[i]];
      }
      return some;
    }

    long alarmCount() {
      return IntStream.range(0, count()).filter(i -> alarms[i]).count();
    }

    long unjudged() {
      return IntStream.range(0, count()).filter(i -> !judged[i]).count();
    }

    /** Scores above which there is an alarm: those that could be given. */
    double[] finite() {
      return IntStream.range(0, count())
          .mapToDouble(i -> scores[i])
          .filter(Double::isFinite)
          .toArray();
    }
  }

  /** What both say of the same samples. */
  record Both(Said champion, Said challenger) {
    int count() {
      return champion.count();
    }

    Both select(int[] samples) {
      return new Both(champion.select(samples), challenger.select(samples));
    }

    /** Samples that both could judge. */
    int[] judged() {
      return IntStream.range(0, count())
          .filter(i -> champion.judged()[i] && challenger.judged()[i])
          .toArray();
    }

    /** Scores of the samples that both could judge. */
    double[] scores(boolean ofChampion) {
      Said said = ofChampion ? champion : challenger;
      return Arrays.stream(judged()).mapToDouble(i -> said.scores()[i]).toArray();
    }
  }

  /**
   * The negative ELBO of each of some samples, in nats of the same coordinates.
   *
   * @param challenger likewise of the challenger
   */
  record Losses(double[] champion, double[] challenger) {}

  /** Some of the recent samples. */
  Both recent(int[] samples);

  /** Normals of old that the challenger did not learn from; none where nobody gave any. */
  Both frozen();

  /** Synthetic anomalies made of recent normals, by what {@code like} are like. */
  Both madeOfRecent(int[] normals, int[] like);

  /** Synthetic anomalies made of {@link #frozen}. */
  Both madeOfFrozen();

  /** Empty where each version sees samples in coordinates of its own. */
  Optional<Losses> losses(int[] samples);

  /** Places in {@code samples} that are found together: of a series, those of one event. */
  List<int[]> events(int[] samples);

  /**
   * By what some recent samples changed sides, as phrases, the most frequent first.
   *
   * @param gone whether they were alarms and are none any more
   */
  List<String> groups(int[] changed, boolean gone);

  /** Judges some samples, to be timed; how many. */
  int judgeSome(boolean byChampion);
}
