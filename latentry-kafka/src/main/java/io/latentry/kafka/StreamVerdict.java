package io.latentry.kafka;

import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.kafka.model.ModelName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verdict on one record.
 *
 * @param topic the record came from, with {@code partition} and {@code offset}
 * @param model that judged it
 * @param threshold the score above which it is an anomaly
 * @param unsmoothed of a point of a series, the score before smoothing; NaN if unscorable
 * @param about of a model whose verdicts wait for later points, the time of the point that this one
 *     is about
 * @param kept fields of the record that were asked for, by name, in order
 * @param features that contribute most, largest first; as many as were asked for
 * @param deadLetter the record itself, if it could not be read as a whole; it is not part of the
 *     verdict as {@link VerdictSerde} writes it
 */
public record StreamVerdict(
    String topic,
    int partition,
    long offset,
    ModelName model,
    double threshold,
    Judgement judgement,
    Optional<Float> unsmoothed,
    Optional<String> about,
    Map<String, Kept> kept,
    List<Feature> features,
    Optional<DeadLetter> deadLetter) {

  /**
   * A field that is carried over.
   *
   * @param text as it stood in the record; empty if it was missing
   * @param number whether it came as a number
   */
  public record Kept(String text, boolean number) {
    static final Kept NOTHING = new Kept("", false);
  }
}
