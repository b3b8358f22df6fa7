package io.latentry.training;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.ScoreGraph;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Skeleton. */
public final class Detector implements ScoreGraph {
  public static Detector fit(TrainedVae trained, Rows trainingRows, long seed) {
    return skeleton();
  }

  public TrainedVae trained() {
    return skeleton();
  }

  public Detector withMix(ScoreMix mix) {
    return skeleton();
  }

  @Override
  public <T> Map<Output, T> build(Ops<T> ops, @Nullable T numeric, @Nullable T categoryIndices) {
    return skeleton();
  }

  public <T> Map<Output, T> build(
      Ops<T> ops, @Nullable T numeric, @Nullable T categoryIndices, Set<Output> outputs) {
    return skeleton();
  }

  public Map<Output, float[]> run(Rows rows, Set<Output> outputs) {
    return skeleton();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <V> V skeleton() {
    return java.util.Optional.<V>empty().orElseThrow();
  }
}
