package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.calibration.RecentLevel;
import io.latentry.core.calibration.Smoothing;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Rows;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.Output;
import io.latentry.core.series.AlarmRule;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.series.SeriesState;
import io.latentry.core.series.WindowAssembler;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One verdict for each point of a series, whatever the calls that a stream is cut into: {@code
 * judge(a ++ b)} gives the bits of {@code judge(a) ++ judge(b)} by the states that the first
 * leaves.
 *
 * <p>Thread-safe as long as no two calls share a state. The scorer within stays its owner's to
 * close.
 */
public final class SeriesScorer {
  private final Scorer scorer;
  private final SeriesSettings settings;
  private final WindowAssembler assembler;

  /**
   * The verdicts on some points of series.
   *
   * @param windows that were judged, one a point
   * @param judgements by the smoothed score, and by the alarm where the model has a rule for it
   * @param unsmoothed {@code float[count]}: the score that the model gives to a window by itself;
   *     NaN where it cannot be judged
   * @param about {@code double[count]}: when the point was that a verdict is about. Its own time,
   *     but where verdicts wait for later points and it was not refused: that of an earlier point
   *     of its key, or NaN if none is due
   */
  public record PointJudgements(
      Windows windows, Judgements judgements, float[] unsmoothed, double[] about) {
    public int count() {
      return unsmoothed.length;
    }

    /** The verdicts at {@code indices}, in that order, as a copy; at least one. */
    public PointJudgements select(int[] indices) {
      float[] chosen = new float[indices.length];
      double[] times = new double[indices.length];
      for (int i = 0; i < indices.length; i++) {
        chosen[i] = unsmoothed[indices[i]];
        times[i] = about[indices[i]];
      }
      return new PointJudgements(
          windows.select(indices), judgements.select(indices), chosen, times);
    }

    /** With others behind them, as a copy; all have the same outputs. */
    public PointJudgements followedBy(PointJudgements others) {
      float[] scores = Arrays.copyOf(unsmoothed, count() + others.count());
      System.arraycopy(others.unsmoothed, 0, scores, count(), others.count());
      double[] times = Arrays.copyOf(about, count() + others.count());
      System.arraycopy(others.about, 0, times, count(), others.count());
      return new PointJudgements(
          windows.followedBy(List.of(others.windows)),
          Judgements.concat(List.of(judgements, others.judgements)),
          scores,
          times);
    }
  }

  private SeriesScorer(Scorer scorer, SeriesSettings settings) {
    this.scorer = scorer;
    this.settings = settings;
    this.assembler = new WindowAssembler(settings, scorer.manifest().schema());
  }

  /**
   * @throws ArtifactException if the model is none of series
   */
  public static SeriesScorer of(Scorer scorer) {
    SeriesSettings settings = scorer.manifest().series();
    if (settings == null) {
      throw new ArtifactException(
          "model "
              + scorer.manifest().modelId()
              + ": judges rows of a table (expected: a model of a series); fit one with --time and"
              + " --window");
    }
    return new SeriesScorer(scorer, settings);
  }

  public SeriesSettings settings() {
    return settings;
  }

  public Scorer scorer() {
    return scorer;
  }

  /** The state of a key that no point came of yet. */
  public SeriesState begin() {
    return assembler.begin();
  }

  /** The state that {@link SeriesState#toBytes} wrote. */
  public SeriesState restore(byte[] stored) {
    return assembler.restore(stored);
  }

  /** Points behind the one that a verdict is about; 0 where verdicts wait for nothing. */
  public int delay() {
    return settings.delay();
  }

  /**
   * The verdicts on points whose later points never came: each is unscorable and says so.
   *
   * @param times {@code double[points]}: when they were
   */
  public PointJudgements unanswered(double[] times, Set<Output> also) {
    WindowSpec spec = assembler.spec();
    int count = times.length;
    // One window of nothing for all.
    float[] nothing = new float[spec.size() * spec.width()];
    Arrays.fill(nothing, Float.NaN);
    int[] ends = new int[count];
    Arrays.fill(ends, spec.size() - 1);
    Rows none = Windows.rows(spec.channels(), nothing, ends);
    @Nullable String[] reasons = new String[count];
    Arrays.fill(reasons, WindowAssembler.waits(spec));
    Windows windows =
        new Windows(
            spec,
            nothing,
            ends,
            new Rows(none.schema(), count, none.numeric(), none.categorical(), reasons));
    float[] scores = new float[count];
    Arrays.fill(scores, Float.NaN);
    boolean[] raised = settings.alarm().equals(AlarmRule.EACH) ? null : new boolean[count];
    return new PointJudgements(
        windows, scorer.judge(windows, also).of(scores, raised), scores, times);
  }

  /** Verdicts by the model's own threshold. */
  public PointJudgements judge(
      SeriesPoints points, Function<String, SeriesState> states, Set<Output> also) {
    return judge(points, states, also, scorer.manifest().threshold().current());
  }

  /**
   * @param states of each key, {@link #begin} for a new one; they are changed
   * @param also outputs beside the score and both terms, for explanation
   */
  public PointJudgements judge(
      SeriesPoints points,
      Function<String, SeriesState> states,
      Set<Output> also,
      Threshold threshold) {
    return judge(
        settings,
        assembler,
        points,
        states,
        windows -> scorer.judge(windows, also).under(threshold, windows));
  }

  /**
   * As {@link #judge(SeriesPoints, Function, Set, Threshold)}, where another than a scorer here
   * judges the windows.
   *
   * @param assembler of the model, by {@code settings}
   * @param judging gives the verdict on each window, by the threshold that is to be compared with
   */
  public static PointJudgements judge(
      SeriesSettings settings,
      WindowAssembler assembler,
      SeriesPoints points,
      Function<String, SeriesState> states,
      Function<Windows, Judgements> judging) {
    WindowAssembler.Assembled assembled = assembler.assemble(points, states);
    Judgements judged = judging.apply(assembled.windows());
    Threshold threshold = judged.threshold();
    Smoothing smoothing = new Smoothing(settings.smoothing());
    RecentLevel recent = settings.recentLevel();
    float[] unsmoothed = judged.scores().values(Output.SCORE).clone();
    float[] compared = new float[unsmoothed.length];
    boolean[] alarms = new boolean[unsmoothed.length];
    for (int i : assembled.order()) {
      SeriesState state = states.apply(points.keys()[i]);
      if (assembled.begins()[i]) {
        state.beginScores();
      }
      double counted = recent == null ? unsmoothed[i] : state.fromLevel(unsmoothed[i], recent);
      float smoothed = (float) state.smooth(counted, smoothing);
      boolean novel = judged.scores().novelties(i) != null;
      compared[i] = (float) smoothing.compared(smoothed, unsmoothed[i], novel);
      // Of a point that cannot be read as a whole, what can be may be strange by itself.
      float alarming = Float.isNaN(compared[i]) ? judged.score(i) : compared[i];
      alarms[i] = state.alarm(alarming, threshold.score(), settings.alarm());
    }
    return new PointJudgements(
        assembled.windows(),
        judged.of(compared, settings.alarm().equals(AlarmRule.EACH) ? null : alarms),
        unsmoothed,
        assembled.about());
  }
}
